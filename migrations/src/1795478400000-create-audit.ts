import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The tamper-evident log. `audit_head` is one row, locked first by whoever appends, so that the chain has no fork;
 * `audit_entries` can only grow, which the database itself enforces.
 */
export class CreateAudit1795478400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE audit_head (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        sequence bigint NOT NULL,
        hash text NOT NULL
      )`);
    await queryRunner.query(`INSERT INTO audit_head (sequence, hash) VALUES (0, repeat('0', 64))`);
    await queryRunner.query(`
      CREATE TABLE audit_entries (
        sequence bigint PRIMARY KEY CHECK (sequence > 0),
        at timestamptz NOT NULL,
        body text NOT NULL,
        previous_hash text NOT NULL,
        hash text NOT NULL
      )`);
    await queryRunner.query(`
      CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'audit_entries is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
      END $$`);
    await queryRunner.query(`
      CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE ON audit_entries
      FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()`);
    await queryRunner.query(`
      CREATE TRIGGER audit_entries_no_truncate BEFORE TRUNCATE ON audit_entries
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
