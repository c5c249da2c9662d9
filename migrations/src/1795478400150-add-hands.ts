import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Through whose hands a key has gone, and who cannot be the second person for a request beside who asked. A key that the
 * break-glass key made has gone through nobody's: whoever holds that may act alone anyway.
 */
export class AddHands1795478400150 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE keys ADD COLUMN makers jsonb NOT NULL DEFAULT '[]'`);
    await queryRunner.query(
      `UPDATE keys SET makers = jsonb_build_array(lower(created_by))
       WHERE created_by IS NOT NULL AND created_by NOT IN ('break-glass', 'first-start@localhost')`,
    );
    await queryRunner.query(`ALTER TABLE approvals ADD COLUMN involved jsonb NOT NULL DEFAULT '[]'`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
