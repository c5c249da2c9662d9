import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Where servers leave word about syncs: anybody counts `wanted` up, the leader writes which number its last run began
 * after, and how it went. One row.
 */
export class CreateSyncBoard1795478400011 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE sync_board (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        wanted bigint NOT NULL DEFAULT 0,
        done bigint NOT NULL DEFAULT 0,
        branch text,
        head text,
        last_sync_at timestamptz,
        failure jsonb
      )`);
    await queryRunner.query('INSERT INTO sync_board DEFAULT VALUES');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
