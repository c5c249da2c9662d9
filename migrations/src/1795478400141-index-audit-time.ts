import type { MigrationInterface, QueryRunner } from 'typeorm';

/** For the question what happened just before some moment, however long the log is. */
export class IndexAuditTime1795478400141 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE INDEX audit_entries_at ON audit_entries (at DESC, sequence DESC)');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
