import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What waits for a second person, and who made which key: nobody may be two people by making a key for another. */
export class CreateApprovals1795478400072 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE keys ADD COLUMN created_by text');
    await queryRunner.query(`
      CREATE TABLE approvals (
        id text PRIMARY KEY,
        action text NOT NULL,
        about jsonb NOT NULL,
        about_hash text NOT NULL,
        environments jsonb NOT NULL,
        requested_by text NOT NULL,
        requested_at timestamptz NOT NULL,
        reason text NOT NULL,
        expires_at timestamptz NOT NULL,
        state text NOT NULL CHECK (state IN ('waiting', 'granted', 'refused', 'used')),
        decided_by text,
        decided_at timestamptz,
        decided_why text
      )`);
    await queryRunner.query('CREATE INDEX approvals_asked ON approvals (requested_by, action, about_hash)');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
