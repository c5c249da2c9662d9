import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Signed checkpoints of the log, and indexes for the fields that people ask by. */
export class CreateAuditCheckpoints1795478400071 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE audit_checkpoints (
        sequence bigint NOT NULL,
        hash text NOT NULL,
        at timestamptz NOT NULL,
        key text NOT NULL,
        signature text NOT NULL,
        PRIMARY KEY (sequence, key)
      )`);
    await queryRunner.query(`
      CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
      END $$`);
    await queryRunner.query(`
      CREATE TRIGGER audit_checkpoints_append_only BEFORE UPDATE OR DELETE ON audit_checkpoints
      FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()`);
    await queryRunner.query(`
      CREATE TRIGGER audit_checkpoints_no_truncate BEFORE TRUNCATE ON audit_checkpoints
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()`);
    // The exact text stays the one truth; what is indexed is read out of it.
    for (const field of ['action', 'actor', 'commit', 'requestId'])
      await queryRunner.query(
        `CREATE INDEX audit_entries_${field.toLowerCase()} ON audit_entries (((body::jsonb) ->> '${field}'), sequence)`,
      );
    await queryRunner.query('CREATE INDEX audit_entries_at ON audit_entries (at, sequence)');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
