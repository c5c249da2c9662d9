import { describeEntry, isTold } from '@guidon/policy/timeline';
import type { EntityManager } from 'typeorm';
import type { WrittenEntry } from '../audit/index.js';
import type { Clock } from '../kernel/clock/index.js';
import type { Log } from '../kernel/log/index.js';
import { redact } from '../kernel/log/index.js';
import type { News, Notifications } from './notifications.js';
import type { NotifyTarget } from './notify-target.js';
import { insertOutbox } from './outbox.repository.js';

export interface OutboxParts {
  readonly targets: readonly NotifyTarget[];
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly log: Log;
  readonly makeId: (nowMs: number) => string;
  /** Called when something could not be written down. */
  readonly countUntold: () => void;
}

/** Grows when a field changes its meaning; new fields may come at any time. */
const VERSION = 1;
const MOST_FLAGS = 50;

/** Writes down what is to be told, in the transaction of what it tells of. */
export class Outbox implements Notifications {
  constructor(private readonly parts: OutboxParts) {}

  tell(manager: EntityManager, news: News): Promise<string | undefined> {
    return this.write(manager, news, this.parts.clock.nowMs());
  }

  /** Tells of an entry of the audit log where that is worth it. */
  async follow(manager: EntityManager, entry: WrittenEntry): Promise<void> {
    if (!isTold(entry)) return;
    const described = describeEntry(entry);
    if (described === undefined) return;
    const { sentence, flags, link } = described;
    const { action: kind, actor, reason, environments = [] } = entry;
    const news = { kind, sentence, flags, environments, actor, reason };
    const atMs = Date.parse(entry.at);
    await this.write(manager, link === undefined ? news : { ...news, link }, atMs);
  }

  /**
   * Behind a savepoint: were the outbox broken, a press would still go through. That nobody hears of it is counted and logged.
   */
  private async write(manager: EntityManager, news: News, atMs: number): Promise<string | undefined> {
    const { log, makeId, countUntold } = this.parts;
    const targets = this.parts.targets.map(({ id }) => id);
    if (targets.length === 0) return undefined;
    const id = `msg_${makeId(atMs)}`;
    await manager.query('SAVEPOINT telling');
    try {
      await insertOutbox(manager, { id, kind: news.kind, atMs, body: bodyOf(id, news, atMs) }, targets);
      await manager.query('RELEASE SAVEPOINT telling');
      return id;
    } catch (error) {
      // With the connection gone this throws, and so it should: the change itself is not written either.
      await manager.query('ROLLBACK TO SAVEPOINT telling');
      countUntold();
      log.error({ err: error, kind: news.kind }, 'a notification could not be written down; nobody is told');
      return undefined;
    }
  }
}

function bodyOf(id: string, news: News, atMs: number): string {
  const { kind, sentence, environments = [], flags = [], actor, reason, link } = news;
  return redact(
    JSON.stringify({
      ...{ version: VERSION, id, at: new Date(atMs).toISOString(), kind, sentence },
      ...(environments.length === 1 ? { environment: environments[0] } : {}),
      ...(flags.length === 1 ? { flag: flags[0] } : {}),
      ...{ environments, flags: flags.slice(0, MOST_FLAGS), actor, reason },
      ...(link === undefined ? {} : { link }),
    }),
  );
}
