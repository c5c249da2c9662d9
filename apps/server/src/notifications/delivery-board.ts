import type {
  NotificationBody,
  NotificationDelivery,
  NotificationDocument,
  NotificationsDocument,
  ReceiverDocument,
} from '@guidon/protocol';
import type { Transactions } from '../kernel/database/index.js';
import type { NotifyTarget } from './notify-target.js';

interface DeliveryRow {
  readonly target: string;
  readonly state: NotificationDelivery['state'];
  readonly attempts: number;
  readonly next_at: Date;
  readonly ended_at: Date | null;
  readonly failure: string | null;
}

interface ReceiverRow {
  readonly target: string;
  readonly waiting: number;
  readonly dead: number;
  readonly oldest: Date | null;
  readonly delivered: Date | null;
  readonly failure: string | null;
}

/** For people: what waits for whom, and what was given up. */
export class DeliveryBoard {
  constructor(
    private readonly transactions: Pick<Transactions, 'run'>,
    private readonly targets: readonly NotifyTarget[],
  ) {}

  async overview(): Promise<NotificationsDocument> {
    const configured = this.targets.map(({ id }) => id);
    return this.transactions.run(async (manager) => {
      const rows: ReceiverRow[] = await manager.query(RECEIVERS_SQL, [configured]);
      const dead: (DeliveryRow & { id: string; body: string })[] = await manager.query(DEAD_SQL);
      return {
        receivers: rows.map((row) => this.receiver(row)),
        dead: dead.map((row) => ({
          ...{ id: row.id, sentence: (JSON.parse(row.body) as NotificationBody).sentence },
          ...deliveryOf(row),
        })),
      };
    });
  }

  async one(id: string): Promise<NotificationDocument | undefined> {
    return this.transactions.run(async (manager) => {
      const [found]: { body: string }[] = await manager.query('SELECT body FROM outbox WHERE id = $1', [id]);
      if (found === undefined) return undefined;
      const rows: DeliveryRow[] = await manager.query(
        'SELECT * FROM outbox_deliveries WHERE notification = $1 ORDER BY target',
        [id],
      );
      return { notification: JSON.parse(found.body), deliveries: rows.map(deliveryOf) };
    });
  }

  private receiver({ target, waiting, dead, oldest, delivered, failure }: ReceiverRow): ReceiverDocument {
    const host = this.targets.find(({ id }) => id === target)?.host;
    return {
      id: target,
      ...(host === undefined ? {} : { host }),
      ...{ waiting, dead },
      ...(oldest === null ? {} : { oldestWaitingAt: oldest.toISOString() }),
      ...(delivered === null ? {} : { lastDeliveredAt: delivered.toISOString() }),
      ...(failure === null ? {} : { failure }),
    };
  }
}

const RECEIVERS_SQL = `
  SELECT t.target,
    (SELECT count(*) FROM outbox_deliveries d WHERE d.target = t.target AND d.state = 'waiting')::int AS waiting,
    (SELECT count(*) FROM outbox_deliveries d WHERE d.target = t.target AND d.state = 'dead')::int AS dead,
    (SELECT o.at FROM outbox_deliveries d JOIN outbox o ON o.id = d.notification
      WHERE d.target = t.target AND d.state = 'waiting' ORDER BY d.position, d.notification LIMIT 1) AS oldest,
    (SELECT d.ended_at FROM outbox_deliveries d WHERE d.target = t.target AND d.state = 'delivered'
      ORDER BY d.ended_at DESC LIMIT 1) AS delivered,
    (SELECT d.failure FROM outbox_deliveries d
      WHERE d.target = t.target AND d.state = 'waiting' ORDER BY d.position, d.notification LIMIT 1) AS failure
  FROM (SELECT unnest($1::text[]) AS target
    UNION SELECT target FROM outbox_deliveries WHERE state = 'waiting') t
  ORDER BY t.target`;

const DEAD_SQL = `
  SELECT d.*, o.id, o.body FROM outbox_deliveries d JOIN outbox o ON o.id = d.notification
  WHERE d.state = 'dead' ORDER BY d.ended_at DESC LIMIT 50`;

function deliveryOf({
  target,
  state,
  attempts,
  next_at,
  ended_at,
  failure,
}: DeliveryRow): NotificationDelivery {
  return {
    ...{ receiver: target, state, attempts },
    ...(state === 'waiting' ? { nextAt: next_at.toISOString() } : {}),
    ...(ended_at === null ? {} : { endedAt: ended_at.toISOString() }),
    ...(failure === null ? {} : { failure }),
  };
}
