import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A key may end by itself, says when it was used last, and which one took its place. `role` is what an admin key gives by
 * itself; `access`: what guidon.yaml gives its owner. Keys made before could do everything, and still can.
 */
export class ExtendKeys1795478400070 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE keys
        ADD COLUMN expires_at timestamptz,
        ADD COLUMN last_used_at timestamptz,
        ADD COLUMN replaced_by text REFERENCES keys (id),
        ADD COLUMN role text,
        ADD COLUMN groups jsonb NOT NULL DEFAULT '[]',
        ADD COLUMN break_glass boolean NOT NULL DEFAULT false`);
    await queryRunner.query("UPDATE keys SET role = 'admin' WHERE kind = 'admin'");
    await queryRunner.query(
      "UPDATE keys SET break_glass = true WHERE kind = 'admin' AND owner = 'first-start@localhost'",
    );
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
