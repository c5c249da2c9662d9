import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Changes that are offered as branches. That there is one at a time for a branch is kept by the lock on the audit head,
 * under which every row is inserted, and by no unique index: a press must never wait for a row that somebody else holds.
 */
export class CreateProposals1795478400030 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE proposals (
        id text PRIMARY KEY,
        kind text NOT NULL CHECK (kind IN ('kill', 'archive', 'extend-expiry', 'rollback')),
        subject text NOT NULL,
        about_kill boolean NOT NULL,
        branch text NOT NULL,
        edit jsonb NOT NULL,
        actor text NOT NULL,
        reason text NOT NULL,
        wanted_at timestamptz NOT NULL,
        state text NOT NULL CHECK (state IN ('wanted', 'open', 'conflict', 'failed', 'merged', 'closed')),
        code text,
        detail text,
        changed_at timestamptz NOT NULL,
        base_commit text,
        content_digest text,
        commits text[] NOT NULL DEFAULT '{}',
        pushed boolean NOT NULL DEFAULT false,
        pull_number integer,
        pull_url text,
        leaves_branch boolean NOT NULL DEFAULT false,
        attempts integer NOT NULL DEFAULT 0,
        next_at timestamptz NOT NULL
      )`);
    await queryRunner.query('CREATE INDEX proposals_branch ON proposals (branch)');
    await queryRunner.query(
      `CREATE INDEX proposals_due ON proposals (next_at) WHERE state NOT IN ('merged', 'closed') OR leaves_branch`,
    );
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
