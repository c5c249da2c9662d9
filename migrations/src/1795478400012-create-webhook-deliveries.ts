import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Deliveries that caused a sync, kept for a day, so that the same one sent again causes none. */
export class CreateWebhookDeliveries1795478400012 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE webhook_deliveries (
        host text NOT NULL,
        delivery_id text NOT NULL,
        received_at timestamptz NOT NULL,
        PRIMARY KEY (host, delivery_id)
      )`);
    await queryRunner.query(
      'CREATE INDEX webhook_deliveries_received_at ON webhook_deliveries (received_at)',
    );
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only; restore a backup instead.');
  }
}
