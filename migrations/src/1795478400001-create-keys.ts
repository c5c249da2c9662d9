import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keys by public id with a hash of the secret, and the answers kept for `Idempotency-Key`. */
export class CreateKeys1795478400001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE keys (
        id text PRIMARY KEY,
        kind text NOT NULL CHECK (kind IN ('admin', 'server', 'web')),
        secret_hash text NOT NULL,
        owner text NOT NULL,
        environment text,
        created_at timestamptz NOT NULL,
        revoked_at timestamptz
      )`);
    await queryRunner.query(`
      CREATE TABLE idempotency_keys (
        caller text NOT NULL,
        key text NOT NULL,
        request_hash text NOT NULL,
        status integer,
        answer text,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (caller, key)
      )`);
    await queryRunner.query('CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at)');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
