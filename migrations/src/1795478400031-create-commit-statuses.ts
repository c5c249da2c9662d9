import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the Git host was told about a revision, by the revision's id; a revision without a row is still to be told. */
export class CreateCommitStatuses1795478400031 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE commit_statuses (
        revision_id bigint PRIMARY KEY,
        posted_state text,
        attempts integer NOT NULL DEFAULT 0,
        next_at timestamptz NOT NULL
      )`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
