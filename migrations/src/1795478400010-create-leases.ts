import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * One row a lease. The epoch grows whenever the lease changes hands, so that a transaction of somebody who held it
 * before finds another number. Times are the database's own; no server's clock is ever compared with another's.
 */
export class CreateLeases1795478400010 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE leases (
        name text PRIMARY KEY,
        holder text,
        epoch bigint NOT NULL DEFAULT 0,
        expires_at timestamptz NOT NULL DEFAULT '-infinity'
      )`);
    await queryRunner.query("INSERT INTO leases (name) VALUES ('leader')");
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
