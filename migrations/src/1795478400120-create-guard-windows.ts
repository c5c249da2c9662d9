import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What guards of rollouts look at: sums of ten seconds, by flag, generation, outcome and arm. The outcome is empty in rows that
 * tell of exposures. A batch is what one report says; its key is there once it is counted, in the same transaction, so that a
 * report that comes twice, even to two replicas, is counted once. All are cleaned up by age.
 */
export class CreateGuardWindows1795478400120 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE guard_windows (
        environment text NOT NULL,
        flag text NOT NULL,
        from_at timestamptz NOT NULL,
        generation bigint NOT NULL,
        outcome text NOT NULL,
        arm text NOT NULL CHECK (arm IN ('treatment', 'control')),
        late boolean NOT NULL,
        reporters bigint NOT NULL,
        exposures bigint NOT NULL,
        calls bigint NOT NULL,
        errors bigint NOT NULL,
        error_squares numeric NOT NULL,
        log_sum double precision NOT NULL,
        log_squares double precision NOT NULL,
        buckets bigint[] NOT NULL,
        PRIMARY KEY (environment, flag, from_at, generation, outcome, arm, late)
      )`);
    await queryRunner.query('CREATE INDEX guard_windows_from_at ON guard_windows (from_at)');
    await queryRunner.query(`
      CREATE TABLE guard_batches (
        environment text NOT NULL,
        instance text NOT NULL,
        reporter text NOT NULL,
        sequence bigint NOT NULL,
        ended_at timestamptz NOT NULL,
        PRIMARY KEY (environment, instance, reporter, sequence)
      )`);
    await queryRunner.query('CREATE INDEX guard_batches_ended_at ON guard_batches (ended_at)');
    await queryRunner.query(`
      CREATE TABLE outcomes_seen (
        environment text NOT NULL,
        outcome text NOT NULL,
        last_at timestamptz NOT NULL,
        PRIMARY KEY (environment, outcome)
      )`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
