import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A key may end by itself, says when it was used last, and which one took its place. */
export class ExtendKeys1795478400070 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE keys
        ADD COLUMN expires_at timestamptz,
        ADD COLUMN last_used_at timestamptz,
        ADD COLUMN replaced_by text REFERENCES keys (id)`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
