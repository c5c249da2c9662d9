import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where the rollouts of an environment stand is part of what it serves. As `json`: its text is kept to the letter. */
export class AddPositions1795478400130 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE heads ADD COLUMN positions json');
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
