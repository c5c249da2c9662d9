import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * One row for each rollout there was, written over as a whole, and one for each transition, never touched again. States are
 * `json`, whose text is kept to the letter: replaying the events must give the state.
 */
export class CreateRollouts1795478400131 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE rollouts (
        environment text NOT NULL,
        flag text NOT NULL,
        version bigint NOT NULL,
        phase text NOT NULL,
        state json NOT NULL,
        changed_at timestamptz NOT NULL,
        PRIMARY KEY (environment, flag)
      )`);
    await queryRunner.query(`
      CREATE TABLE rollout_events (
        sequence bigint PRIMARY KEY,
        environment text NOT NULL,
        flag text NOT NULL,
        version bigint NOT NULL,
        at timestamptz NOT NULL,
        record json NOT NULL,
        UNIQUE (environment, flag, version)
      )`);
    await queryRunner.query(
      'CREATE INDEX rollout_events_by_rollout ON rollout_events (environment, flag, sequence DESC)',
    );
    await queryRunner.query(`
      CREATE TABLE rollout_approvals (
        id text PRIMARY KEY,
        environment text NOT NULL,
        flag text NOT NULL,
        approval json NOT NULL,
        at timestamptz NOT NULL
      )`);
    await queryRunner.query(
      'CREATE INDEX rollout_approvals_by_rollout ON rollout_approvals (environment, flag, at DESC)',
    );
    // Taken from the audit head's lock, which every writer holds: a sequence of the database would show gaps and overtake.
    await queryRunner.query('CREATE TABLE rollout_feed (sequence bigint NOT NULL)');
    await queryRunner.query('INSERT INTO rollout_feed VALUES (0)');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
