import { type FlagFile, type GitEvent, hasEnded } from '@guidon/policy/rollout';
import type { CatalogPositions, LiveCatalog } from '../catalog/index.js';
import { isOutage, type Transactions } from '../kernel/database/index.js';
import type { Log } from '../kernel/log/index.js';
import { type FileQuestion, readFileAuthors } from './file-authors.js';
import { followGit, type GitChange } from './follow-git.js';
import { type RolloutName, readRollouts, type StoredRollout } from './rollout.repository.js';
import type { RolloutMetrics } from './rollout-metrics.js';
import type { RolloutMover } from './rollout-mover.js';
import type { RolloutObserver } from './rollout-observer.js';

export interface RolloutLooksParts {
  readonly transactions: Transactions;
  readonly live: Pick<LiveCatalog, 'environments' | 'current'>;
  readonly positions: Pick<CatalogPositions, 'of'>;
  readonly mover: Pick<RolloutMover, 'move' | 'declare'>;
  readonly observer: Pick<RolloutObserver, 'observe'>;
  readonly log: Log;
  /** Whether this process is the one that moves rollouts. */
  readonly isLeader: () => boolean;
  readonly metrics: Pick<RolloutMetrics, 'tell' | 'alarm'>;
}

/** Looks at every rollout: first at what Git says by now, then at what is to be seen of it. */
export class RolloutLooks {
  readonly #troubled = new Set<string>();

  constructor(private readonly parts: RolloutLooksParts) {}

  /** Never throws: a rollout that cannot be looked at stays where it is. */
  async look(): Promise<void> {
    const { live, isLeader } = this.parts;
    if (!isLeader()) return this.parts.metrics.tell([]);
    const all: StoredRollout[] = [];
    for (const environment of live.environments())
      await this.#attempt(environment, async () => void all.push(...(await this.#follow(environment))));
    for (const { environment, flag } of all.filter((row) => this.#mayMove(row)))
      await this.#attempt(`${environment}.${flag}`, () => this.#tick({ environment, flag }));
    this.parts.metrics.tell(all);
  }

  /** What has ended learns of kills, and nothing else happens to it. */
  #mayMove({ environment, flag, state }: StoredRollout): boolean {
    const isKilled = this.parts.live.current(environment)?.killed.has(flag) === true;
    return !hasEnded(state) || isKilled !== state.isKilled;
  }

  /** Gives the rows as they are after that. */
  async #follow(environment: string): Promise<readonly StoredRollout[]> {
    const { live, transactions, positions } = this.parts;
    const rows = await transactions.run((manager) => readRollouts(manager, environment));
    const current = live.current(environment);
    if (current === undefined) return rows;
    const changes = followGit({
      environment,
      snapshot: current.snapshot,
      commit: current.revision,
      rows: new Map(rows.map(({ flag, state }) => [flag, state])),
      positions: positions.of(environment),
    });
    if (changes.length === 0) return rows;
    for (const change of changes)
      await this.#attempt(`${environment}.${change.flag} in Git`, () =>
        this.#take(environment, change, rows),
      );
    return transactions.run((manager) => readRollouts(manager, environment));
  }

  async #take(environment: string, change: GitChange, rows: readonly StoredRollout[]): Promise<void> {
    const { transactions, mover, live } = this.parts;
    const { flag, path } = change;
    const name = { environment, flag };
    const known = rows.find((row) => row.flag === flag)?.state.file.blob;
    const event = await transactions.run((manager) =>
      withAuthors(change.event, async (blob) => {
        const file: FileQuestion = { path: path ?? '', blob, ...(known === undefined ? {} : { known }) };
        return readFileAuthors(manager, file);
      }),
    );
    // What is served may have changed while it was asked who wrote it: the next look takes that.
    if (live.current(environment)?.revision !== event.commit) return;
    if (event.kind === 'declared' && known === undefined) return mover.declare(name, event);
    await mover.move(name, () => event);
  }

  async #tick(name: RolloutName): Promise<void> {
    const { mover, observer, log, isLeader } = this.parts;
    if (!isLeader()) return;
    const taken = await mover.move(name, async (read) => {
      const { seen } = await observer.observe(read, { fixes: true });
      return { kind: 'tick', seen };
    });
    for (const effect of taken?.step.effects ?? []) {
      if (effect.kind !== 'record') continue;
      const { transition, cause, before, after } = effect.record;
      if (after.alarm !== undefined && after.alarm.sinceMs !== before?.alarm?.sinceMs)
        this.parts.metrics.alarm(name.environment);
      const level = transition === 'rolling-back' || transition === 'paused' ? 'warn' : 'info';
      log[level]({ ...name, transition, why: cause }, 'a rollout moved');
    }
  }

  async #attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#troubled.delete(what);
    } catch (error) {
      // Said once, not every few seconds of an outage.
      const level = this.#troubled.has(what) || isOutage(error) ? 'debug' : 'warn';
      this.#troubled.add(what);
      this.parts.log[level](
        { err: error, rollout: what },
        'a rollout cannot be looked at and stays where it is',
      );
    }
  }
}

/** The event with everybody who wrote the file up to there. */
async function withAuthors(
  event: GitEvent,
  authorsOf: (blob: string) => Promise<readonly string[]>,
): Promise<GitEvent> {
  if (event.kind === 'removed') return event;
  const file: FlagFile = { ...event.file, authors: await authorsOf(event.file.blob) };
  return { ...event, file };
}
