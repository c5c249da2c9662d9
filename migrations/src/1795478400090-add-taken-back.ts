import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What waves took back in an environment is remembered beside what is held there, which something else may displace. */
export class AddTakenBack1795478400090 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE heads ADD COLUMN taken_back jsonb');
    await queryRunner.query(`
      UPDATE heads SET taken_back = jsonb_build_array(
        jsonb_build_object('hash', held ->> 'hash', 'reason', held -> 'sentences' ->> 0))
      WHERE held ->> 'why' = 'rolled-back'`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
