import type { Webhook } from '@guidon/git/hosts';
import type { EntityManager } from 'typeorm';
import type { Transactions } from '../kernel/database/index.js';
import type { SyncBoard } from './sync-board.js';
import type { SyncMetrics } from './sync-metrics.js';

export interface WebhookIntakeParts {
  readonly transactions: Transactions;
  readonly board: Pick<SyncBoard, 'wantIn'>;
  readonly metrics: Pick<SyncMetrics, 'deliveries'>;
  /** The configured branch; absent: whatever the source's HEAD names, as the leader saw it last. */
  readonly branch: string | undefined;
}

/** What became of a verified delivery; the sentence is for the host's page of deliveries. */
export interface WebhookAnswer {
  readonly status: 'queued' | 'repeated' | 'ignored';
  readonly detail: string;
}

/** Leaves word that a sync is wanted, once for each delivery. The leader does the work. */
export class WebhookIntake {
  constructor(private readonly parts: WebhookIntakeParts) {}

  async take(hook: Webhook): Promise<WebhookAnswer> {
    const answer = await this.answer(hook);
    this.parts.metrics.deliveries.inc({ outcome: answer.status });
    return answer;
  }

  private async answer(hook: Webhook): Promise<WebhookAnswer> {
    const { branch } = hook;
    if (branch === undefined)
      return ignored(
        `The signature is good. The event "${hook.event}" is no push to a branch, and no review or merge of a pull request.`,
      );
    return this.parts.transactions.run(async (manager) => {
      const followed = this.parts.branch ?? (await branchSeen(manager));
      if (followed !== undefined && followed !== branch)
        return ignored(`The branch "${branch}" is not the one that is followed.`);
      if (!(await isNew(manager, hook)))
        return { status: 'repeated', detail: 'This delivery was taken within the last 24 hours.' };
      await this.parts.board.wantIn(manager);
      return { status: 'queued', detail: 'The source is read now.' };
    });
  }
}

function ignored(detail: string): WebhookAnswer {
  return { status: 'ignored', detail };
}

/** `undefined` before the first sync, and for a source with a detached HEAD: then every branch may be the one. */
async function branchSeen(manager: EntityManager): Promise<string | undefined> {
  const [row] = await manager.query('SELECT branch FROM sync_board');
  return row.branch === null || row.branch === 'HEAD' ? undefined : row.branch;
}

/** Records the delivery. Of two servers that get the same one together, one waits for the other here and then sees it. */
async function isNew(manager: EntityManager, { host, deliveryId }: Webhook): Promise<boolean> {
  await manager.query(
    "DELETE FROM webhook_deliveries WHERE received_at <= clock_timestamp() - interval '24 hours'",
  );
  const rows = await manager.query(
    `INSERT INTO webhook_deliveries (host, delivery_id, received_at) VALUES ($1, $2, clock_timestamp())
     ON CONFLICT (host, delivery_id) DO NOTHING RETURNING 1 AS taken`,
    [host, deliveryId],
  );
  return rows.length > 0;
}
