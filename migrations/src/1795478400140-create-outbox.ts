import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is told to whom. `body` is the exact text that is signed and sent, the same at each attempt. `position` is the number of
 * the audit entry that it belongs to, so that order needs no sequence of its own, which would show gaps and overtake.
 */
export class CreateOutbox1795478400140 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE outbox (
        id text PRIMARY KEY,
        position bigint NOT NULL,
        kind text NOT NULL,
        at timestamptz NOT NULL,
        body text NOT NULL
      )`);
    await queryRunner.query('CREATE INDEX outbox_at ON outbox (at)');
    await queryRunner.query(`
      CREATE TABLE outbox_deliveries (
        target text NOT NULL,
        notification text NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
        position bigint NOT NULL,
        state text NOT NULL CHECK (state IN ('waiting', 'delivered', 'dead')),
        attempts integer NOT NULL DEFAULT 0,
        next_at timestamptz NOT NULL,
        failure text,
        ended_at timestamptz,
        PRIMARY KEY (notification, target)
      )`);
    await queryRunner.query(`
      CREATE INDEX outbox_waiting ON outbox_deliveries (target, position, notification) WHERE state = 'waiting'`);
    await queryRunner.query(`
      CREATE INDEX outbox_dead ON outbox_deliveries (ended_at DESC) WHERE state = 'dead'`);
    await queryRunner.query(`
      CREATE INDEX outbox_delivered ON outbox_deliveries (target, ended_at DESC) WHERE state = 'delivered'`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
