import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What SDK instances report. The key of a window holds the number of the report and its place in it, so that a report
 * that comes twice, even to two replicas, is stored once. Both tables are cleaned up by age.
 */
export class CreateUsage1795478400020 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE sdk_instances (
        environment text NOT NULL,
        instance text NOT NULL,
        boot text NOT NULL,
        restarted_at timestamptz,
        sdk_name text NOT NULL,
        sdk_version text NOT NULL,
        first_seen timestamptz NOT NULL,
        last_seen timestamptz NOT NULL,
        lineage text,
        generation bigint,
        hash text,
        refused jsonb,
        closed boolean NOT NULL,
        PRIMARY KEY (environment, instance)
      )`);
    await queryRunner.query('CREATE INDEX sdk_instances_last_seen ON sdk_instances (last_seen)');
    await queryRunner.query(`
      CREATE TABLE usage_windows (
        environment text NOT NULL,
        instance text NOT NULL,
        reporter text NOT NULL,
        sequence bigint NOT NULL,
        ordinal integer NOT NULL,
        lineage text NOT NULL,
        generation bigint NOT NULL,
        hash text NOT NULL,
        ended_at timestamptz NOT NULL,
        evaluations bigint NOT NULL,
        evaluation_errors bigint NOT NULL,
        defaults_served bigint NOT NULL,
        calls bigint NOT NULL,
        failed_calls bigint NOT NULL,
        PRIMARY KEY (environment, instance, reporter, sequence, ordinal)
      )`);
    await queryRunner.query('CREATE INDEX usage_windows_by_time ON usage_windows (environment, ended_at)');
    await queryRunner.query('CREATE INDEX usage_windows_ended_at ON usage_windows (ended_at)');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
