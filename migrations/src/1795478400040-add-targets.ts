import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An environment may serve something else than the newest revision makes of it: a candidate that some instances have
 * already, an earlier revision that it is pinned to, or the one before a change that waits for a person.
 */
export class AddTargets1795478400040 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE heads
        ADD COLUMN revision_id bigint NOT NULL DEFAULT 0,
        ADD COLUMN candidate jsonb,
        ADD COLUMN waiting jsonb,
        ADD COLUMN held jsonb,
        ADD COLUMN pin jsonb`);
    await queryRunner.query(`
      UPDATE heads h SET revision_id = r.revision_id FROM rulesets r
      WHERE r.environment = h.environment AND r.generation = h.generation`);
    await queryRunner.query(`ALTER TABLE rulesets ADD COLUMN reached_all boolean NOT NULL DEFAULT true`);
    await queryRunner.query(`
      ALTER TABLE revisions
        ADD COLUMN holds jsonb NOT NULL DEFAULT '[]',
        ADD COLUMN provenance jsonb`);
    await queryRunner.query(`
      CREATE TABLE acceptances (
        revision_id bigint PRIMARY KEY REFERENCES revisions (id) ON DELETE CASCADE,
        kinds text[] NOT NULL,
        actor text NOT NULL,
        reason text NOT NULL,
        accepted_at timestamptz NOT NULL
      )`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
