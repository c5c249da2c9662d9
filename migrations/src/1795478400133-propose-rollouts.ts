import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A proposal may be about the end of a rollout. */
export class ProposeRollouts1795478400133 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE proposals DROP CONSTRAINT proposals_kind_check');
    await queryRunner.query(
      `ALTER TABLE proposals ADD CONSTRAINT proposals_kind_check
       CHECK (kind IN ('kill', 'archive', 'extend-expiry', 'rollback', 'rollout'))`,
    );
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
