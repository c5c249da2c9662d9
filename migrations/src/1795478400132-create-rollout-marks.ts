import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What evidence is read by: under which generation each position went out, and where evidence began anew. */
export class CreateRolloutMarks1795478400132 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE rollout_marks (
        environment text NOT NULL,
        flag text NOT NULL,
        version bigint NOT NULL,
        run integer NOT NULL,
        kind text NOT NULL,
        generation bigint NOT NULL,
        share double precision,
        at timestamptz NOT NULL,
        PRIMARY KEY (environment, flag, version)
      )`);
    await queryRunner.query(`
      CREATE TABLE rollout_slow_edges (
        environment text NOT NULL,
        flag text NOT NULL,
        run integer NOT NULL,
        guard text NOT NULL,
        edge double precision NOT NULL,
        PRIMARY KEY (environment, flag, run, guard)
      )`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
