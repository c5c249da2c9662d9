import type { CatalogService, FrozenWaits, RevisionRecord, RevisionSource } from '../catalog/index.js';
import { type Clock, Laps } from '../kernel/clock/index.js';
import type { Log } from '../kernel/log/index.js';
import { DomainError } from '../kernel/problem/index.js';
import { inSpan, inStep } from '../kernel/tracing/index.js';
import type { GitSource, RevisionBase } from './git-source.js';
import { reportRevision } from './report-revision.js';
import type { Screened } from './screen-revision.js';
import type { SecondLook } from './second-look.js';
import type { SyncBoard } from './sync-board.js';
import { errorOf, failureOf } from './sync-failure.js';
import type { SyncMetrics } from './sync-metrics.js';
import { whyJudgedAgain } from './why-judged-again.js';

export interface SyncRunnerParts {
  readonly catalog: Pick<
    CatalogService,
    'advance' | 'awaitsAcceptance' | 'lastAccepted' | 'newest' | 'refresh'
  >;
  readonly board: SyncBoard;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: SyncMetrics;
  /** Opened at the first use, and again after it failed. */
  readonly openSource: () => Promise<GitSource>;
  /** Adds who is behind a revision and what speaks against it. */
  readonly screen: (reading: Promise<RevisionSource>, around: Screened) => Promise<RevisionSource>;
  readonly secondLook: Pick<SecondLook, 'isDue' | 'begin'>;
  readonly frozenWaits: Pick<FrozenWaits, 'isDue' | 'release'>;
  /** By the database's clock where it has one. */
  readonly storeNowMs: () => Promise<number>;
  /** The flags folder in the repository; for messages. */
  readonly folder: string;
}

/** `asked`: somebody wants it, who may know of an approval; `poll`: it is time. */
export type SyncTrigger = 'asked' | 'poll';

interface JudgedBase extends RevisionBase {
  readonly laps: Laps;
  /** The judgement of this very commit, which is held and may be another by now. */
  readonly before: RevisionRecord | undefined;
}

/** How often a commit is read anew because another replica published in between. */
const ATTEMPTS = 5;

/** Brings the newest commit of the source into the catalog, one run at a time. Only the leader's runs publish. */
export class SyncRunner {
  private source: GitSource | undefined;
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;
  private asked = false;

  constructor(private readonly parts: SyncRunnerParts) {}

  /**
   * Syncs and resolves when it is done; rejects when it failed. Whoever calls while one runs waits for one more, which
   * begins after the call and so sees everything that was pushed before it.
   */
  run(trigger: SyncTrigger = 'asked'): Promise<void> {
    if (trigger === 'asked') this.asked = true;
    if (this.running === undefined) return this.begin();
    this.next ??= this.running.then(
      () => this.begin(),
      () => this.begin(),
    );
    return this.next;
  }

  /** Resolves when nothing runs any more. */
  async idle(): Promise<void> {
    await (this.next ?? this.running)?.catch(() => undefined);
  }

  /** Whether the newest commit, which is held, is to be judged once more by now, or what waits in a freeze to be looked at. */
  async isDue(): Promise<boolean> {
    const { secondLook, frozenWaits, catalog } = this.parts;
    return (await secondLook.isDue(catalog.newest().record, { asked: false })) || (await frozenWaits.isDue());
  }

  async changedPaths(commit: string): Promise<readonly string[] | undefined> {
    return this.source?.changedPaths(commit);
  }

  private begin(): Promise<void> {
    this.next = undefined;
    this.running = inSpan('sync.run', {}, () => this.runOnce()).finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  /** Whatever is wanted by now is served by this run, since the source is asked after this look. */
  private async runOnce(): Promise<void> {
    const { board, clock } = this.parts;
    const asked = this.asked;
    this.asked = false;
    const began = (await board.read()).wanted;
    let head: string | undefined;
    const seen = (commit: string) => {
      head = commit;
    };
    try {
      // Also with Git away. Last, since what is newest may take along what waits.
      await this.bringOver(seen, asked).finally(() => this.parts.frozenWaits.release());
    } catch (error) {
      // Whoever leads now reports for itself.
      if (error instanceof DomainError && error.code === 'leader-unavailable') throw error;
      const failure = failureOf(error);
      await board.report({ began, branch: this.source?.branch(), head, lastSyncAtMs: undefined, failure });
      throw errorOf(failure, error);
    }
    const lastSyncAtMs = clock.nowMs();
    await board.report({ began, branch: this.source?.branch(), head, lastSyncAtMs, failure: undefined });
  }

  private async bringOver(seen: (head: string) => void, asked: boolean): Promise<void> {
    const { catalog, log, secondLook } = this.parts;
    this.source ??= await this.parts.openSource();
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      // What is live is looked at before the source is asked: if anybody publishes after this, we notice.
      await catalog.refresh();
      const { revisionId, record } = catalog.newest();
      const laps = new Laps(this.parts.clock);
      const head = await this.fetchHead(this.source);
      laps.end('fetch');
      seen(head);
      const before = record?.commit === head && !(await catalog.awaitsAcceptance(head)) ? record : undefined;
      if (before !== undefined && !(await secondLook.isDue(before, { asked }))) return;
      if (before !== undefined) secondLook.begin(before);
      // What is held is no ground to stand on: the next commit must continue what was accepted.
      const base = { revisionId, commit: await catalog.lastAccepted() };
      if (!(await this.isOvertaken(this.source, head, { ...base, laps, before }))) return;
      log.info({ commit: head }, 'the commit is judged again');
    }
    throw new DomainError('database-unavailable', {
      detail: 'Other servers kept publishing in between; the next sync tries again.',
    });
  }

  private async fetchHead(source: GitSource): Promise<string> {
    const { metrics } = this.parts;
    try {
      const head = await inStep('sync.fetch', {}, () => source.fetchHead());
      metrics.fetches.inc({ outcome: 'ok' });
      return head;
    } catch (error) {
      metrics.fetches.inc({ outcome: 'failed' });
      throw error;
    }
  }

  /** True when somebody else published in between, so that the commit must be judged against that. */
  private async isOvertaken(source: GitSource, head: string, base: JudgedBase): Promise<boolean> {
    const { catalog, log, clock, metrics } = this.parts;
    const startedMs = clock.elapsedMs();
    const around = { mirror: source, branch: source.branch(), from: base.commit, to: head };
    const facts = { 'guidon.commit': head };
    const revision = await inStep('sync.read', facts, () =>
      this.parts.screen(source.readRevision(head, base), around),
    );
    base.laps.end('read');
    const again = await this.whyAgain(base.before, revision);
    if (base.before !== undefined && again === undefined) return false;
    if (revision.rewrites && base.before === undefined) {
      metrics.rewrites.inc();
      log.warn({ commit: head, judged: base.commit }, 'the branch was rewritten: it does not continue');
    }
    const outcome = await inStep('sync.advance', facts, () =>
      catalog.advance(again === undefined ? revision : { ...revision, again }),
    );
    if (outcome.kind === 'published') {
      const { findings } = catalog.newest();
      const tookMs = clock.elapsedMs() - startedMs;
      metrics.publishing.observe(tookMs / 1000);
      const steps = { ...base.laps.steps(), ...outcome.steps };
      reportRevision(log, { ...outcome, findings, folder: this.parts.folder, tookMs, steps });
    }
    return outcome.kind === 'stale';
  }

  private async whyAgain(
    before: RevisionRecord | undefined,
    { holds = [], provenance }: RevisionSource,
  ): Promise<string | undefined> {
    if (before === undefined) return undefined;
    return whyJudgedAgain(before, { holds, provenance, nowMs: await this.parts.storeNowMs() });
  }
}
