import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which answers flags gave, by hour. A batch is what one report says of answers: its key is there once it is counted, in the
 * same transaction, so that a report that comes twice, even to two replicas, is counted once. All are cleaned up by age.
 */
export class CreateHourlyUsage1795478400080 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE usage_hourly (
        environment text NOT NULL,
        hour timestamptz NOT NULL,
        flag text NOT NULL,
        variant text NOT NULL,
        rule text NOT NULL,
        reason text NOT NULL,
        evaluations bigint NOT NULL,
        PRIMARY KEY (environment, flag, hour, variant, rule, reason)
      )`);
    await queryRunner.query('CREATE INDEX usage_hourly_hour ON usage_hourly (hour)');
    await queryRunner.query(`
      CREATE TABLE usage_hourly_instances (
        environment text NOT NULL,
        hour timestamptz NOT NULL,
        instance text NOT NULL,
        first_at timestamptz NOT NULL,
        last_at timestamptz NOT NULL,
        evaluations bigint NOT NULL,
        dropped bigint NOT NULL,
        PRIMARY KEY (environment, hour, instance)
      )`);
    await queryRunner.query('CREATE INDEX usage_hourly_instances_hour ON usage_hourly_instances (hour)');
    await queryRunner.query(`
      CREATE TABLE usage_batches (
        environment text NOT NULL,
        instance text NOT NULL,
        reporter text NOT NULL,
        sequence bigint NOT NULL,
        ended_at timestamptz NOT NULL,
        PRIMARY KEY (environment, instance, reporter, sequence)
      )`);
    await queryRunner.query('CREATE INDEX usage_batches_ended_at ON usage_batches (ended_at)');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
