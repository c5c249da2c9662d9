import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is live. `store.revision_id` is the newest judged revision; rows of a revision that is not `published` are drafts
 * of a publication that has not got its turn, and nobody reads them. A snapshot is the last change of every path.
 */
export class CreateCatalog1795478400002 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE store (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        lineage text NOT NULL CHECK (lineage ~ '^[A-Za-z0-9]+$'),
        revision_id bigint NOT NULL DEFAULT 0
      )`);
    await queryRunner.query(`INSERT INTO store (lineage) VALUES (replace(gen_random_uuid()::text, '-', ''))`);
    await queryRunner.query(`
      CREATE TABLE revisions (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        commit_id text NOT NULL,
        state text NOT NULL CHECK (state IN ('accepted', 'partly', 'held', 'rejected')),
        published boolean NOT NULL DEFAULT false,
        author text NOT NULL,
        subject text NOT NULL,
        committed_at timestamptz NOT NULL,
        judged_at timestamptz NOT NULL,
        frozen jsonb NOT NULL,
        finding_count integer NOT NULL
      )`);
    await queryRunner.query('CREATE INDEX revisions_commit_id ON revisions (commit_id text_pattern_ops)');
    await queryRunner.query('CREATE INDEX revisions_drafts ON revisions (judged_at) WHERE NOT published');
    await queryRunner.query(`
      CREATE TABLE findings (
        revision_id bigint NOT NULL REFERENCES revisions (id) ON DELETE CASCADE,
        position integer NOT NULL,
        finding jsonb NOT NULL,
        PRIMARY KEY (revision_id, position)
      )`);
    await queryRunner.query(`
      CREATE TABLE file_versions (
        path text NOT NULL,
        blob text NOT NULL,
        content bytea NOT NULL,
        PRIMARY KEY (path, blob)
      )`);
    await queryRunner.query(`
      CREATE TABLE file_changes (
        revision_id bigint NOT NULL REFERENCES revisions (id) ON DELETE CASCADE,
        path text NOT NULL,
        blob text,
        PRIMARY KEY (revision_id, path)
      )`);
    await queryRunner.query('CREATE INDEX file_changes_path ON file_changes (path, revision_id DESC)');
    await queryRunner.query(`
      CREATE TABLE heads (
        environment text PRIMARY KEY,
        generation bigint NOT NULL CHECK (generation > 0),
        hash text NOT NULL,
        revision text NOT NULL,
        removed boolean NOT NULL DEFAULT false
      )`);
    await queryRunner.query(`
      CREATE TABLE rulesets (
        environment text NOT NULL,
        generation bigint NOT NULL,
        revision_id bigint NOT NULL,
        hash text NOT NULL,
        positions jsonb NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (environment, generation)
      )`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
