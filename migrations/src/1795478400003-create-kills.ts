import type { MigrationInterface, QueryRunner } from 'typeorm';

const GROW_ONLY = ['kills', 'kill_targets', 'kill_revivals'];

/**
 * Two grow-only sets, kills and revivals; the database itself refuses to change or remove a row. Targets are one row
 * for each environment, so that a press that stops 10,000 flags stays one short statement.
 */
export class CreateKills1795478400003 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE kills (
        id text PRIMARY KEY,
        scope jsonb NOT NULL,
        reason text NOT NULL,
        actor text NOT NULL,
        pressed_at timestamptz NOT NULL,
        expires_at timestamptz,
        targets_digest text NOT NULL,
        continues text REFERENCES kills (id)
      )`);
    await queryRunner.query('CREATE INDEX kills_targets_digest ON kills (targets_digest)');
    await queryRunner.query(`
      CREATE TABLE kill_targets (
        kill_id text NOT NULL REFERENCES kills (id),
        environment text NOT NULL,
        flags text[] NOT NULL CHECK (cardinality(flags) > 0),
        PRIMARY KEY (kill_id, environment)
      )`);
    await queryRunner.query(`
      CREATE TABLE kill_revivals (
        kill_id text PRIMARY KEY REFERENCES kills (id),
        actor text NOT NULL,
        reason text NOT NULL,
        revived_at timestamptz NOT NULL
      )`);
    await queryRunner.query(`
      CREATE FUNCTION refuse_kill_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION '% only grows: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
      END $$`);
    for (const table of GROW_ONLY) {
      await queryRunner.query(`
        CREATE TRIGGER ${table}_grow_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_kill_change()`);
    }
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
