import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * SDK instances that hold a stream and of which nothing was heard since a wave began, as servers that hold their streams note
 * again and again while the wave runs. Usually empty.
 */
export class CreateSilentStreams1795478400051 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE silent_streams (
        environment text NOT NULL,
        instance text NOT NULL,
        since timestamptz NOT NULL,
        noted_at timestamptz NOT NULL,
        PRIMARY KEY (environment, instance)
      )`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
