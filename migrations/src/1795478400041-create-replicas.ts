import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Each server writes every few seconds what it serves, so that any of them can tell of all. */
export class CreateReplicas1795478400041 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE replicas (
        id text PRIMARY KEY,
        role text NOT NULL,
        seen_at timestamptz NOT NULL,
        served jsonb NOT NULL
      )`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
