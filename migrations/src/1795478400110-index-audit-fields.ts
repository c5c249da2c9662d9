import type { MigrationInterface, QueryRunner } from 'typeorm';

const ENTRY = '(body::jsonb)';

/**
 * Indexes for every field that is asked for by its value. A key and its owner are read out of the actor, so that entries
 * from before these fields are found as well. Each is followed by the number where a page is read in its order.
 */
export class IndexAuditFields1795478400110 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // A part of a name is looked for by walking the log, which no such index helps; beginnings need their own operators.
    for (const field of ['actor', 'action', 'commit'])
      await queryRunner.query(`DROP INDEX audit_entries_${field}`);
    for (const field of ['action', 'commit'])
      await queryRunner.query(
        `CREATE INDEX audit_entries_${field} ON audit_entries ((${ENTRY} ->> '${field}') text_pattern_ops, sequence)`,
      );
    await queryRunner.query(
      `CREATE INDEX audit_entries_source ON audit_entries ((${ENTRY} ->> 'sourceAddress'), sequence)`,
    );
    await queryRunner.query(
      `CREATE INDEX audit_entries_key ON audit_entries
       (substring(${ENTRY} ->> 'actor' from '^key:([^/]*)/'), sequence)`,
    );
    await queryRunner.query(
      `CREATE INDEX audit_entries_owner ON audit_entries
       (lower(regexp_replace(${ENTRY} ->> 'actor', '^(key:[^/]*/|person:)| [(]break-glass[)]$', '', 'g')), sequence)`,
    );
    for (const field of ['environments', 'flags'])
      await queryRunner.query(
        `CREATE INDEX audit_entries_${field} ON audit_entries USING gin ((${ENTRY} -> '${field}'))`,
      );
    for (const field of ['approvals', 'git', 'pullRequests'])
      await queryRunner.query(
        `CREATE INDEX audit_entries_${field.toLowerCase()} ON audit_entries
         USING gin ((${ENTRY} -> '${field}') jsonb_path_ops)`,
      );
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
