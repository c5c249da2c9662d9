import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Answers to the queries of external guards: judged again, they have to say the same. */
export class CreatePrometheusSamples1795478400134 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // Values are texts as Prometheus writes them, since JSON knows neither NaN nor infinities.
    await queryRunner.query(`
      CREATE TABLE prometheus_samples (
        environment text NOT NULL,
        flag text NOT NULL,
        guard text NOT NULL,
        at timestamptz NOT NULL,
        "values" text[],
        failed text,
        PRIMARY KEY (environment, flag, guard, at)
      )`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
