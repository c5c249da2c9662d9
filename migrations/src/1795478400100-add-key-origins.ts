import type { MigrationInterface, QueryRunner } from 'typeorm';

/** From which pages a web key may be used: origins as browsers send them. None: from no page at all. */
export class AddKeyOrigins1795478400100 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE keys ADD COLUMN origins jsonb NOT NULL DEFAULT '[]'`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
