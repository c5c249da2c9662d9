import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How many streams each server holds, by environment: of one that was removed, that tells who still lives with it. */
export class CountStreams1795478400050 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("ALTER TABLE replicas ADD COLUMN streams jsonb NOT NULL DEFAULT '[]'");
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
