import { describeFileChange } from '@guidon/engine/format';
import { placeOf as placeIn } from '@guidon/engine/load';
import type { TimelineChange, TimelineDocument, TimelineEntry } from '@guidon/protocol';
import type { EntityManager } from 'typeorm';
import { readAuditWindow } from '../audit/index.js';
import { type KillLedger, type LiveCatalog, readTexts } from '../catalog/index.js';
import { isOutage, type Transactions } from '../kernel/database/index.js';
import { DomainError } from '../kernel/problem/index.js';
import { type Candidate, candidatesAmong } from './candidates.js';
import { fromMemory } from './from-memory.js';
import { type LogPlace, type TimelineQuery, textOfPlace } from './timeline-query.js';

export interface TimelineParts {
  readonly transactions: Pick<Transactions, 'run'>;
  readonly ledger: Pick<KillLedger, 'findAll' | 'standing'>;
  readonly live: Pick<LiveCatalog, 'environments' | 'removedEnvironments' | 'current' | 'candidate'>;
}

/** Entries of the log read in one go, and in one answer at most; whoever wants more asks for the next page. */
const PORTION = 500;
const MOST_READ = 5_000;
const MOST_FLAGS = 20;
const MOST_CHANGES = 10;
/** Files whose texts are compared in one answer. */
const MOST_TEXTS = 200;

interface Found {
  readonly candidates: readonly Candidate[];
  readonly next?: LogPlace;
}

/** What changed just before a moment, from the log; from memory where the database is away. */
export class Timeline {
  constructor(private readonly parts: TimelineParts) {}

  async read(query: TimelineQuery): Promise<TimelineDocument> {
    this.refuseUnknown(query.environment);
    const window = { around: iso(query.aroundMs), since: iso(query.sinceMs) };
    try {
      const { candidates, next } = await this.find(query);
      const entries = await this.parts.transactions.run((manager) => toEntries(manager, candidates, query));
      const more = next === undefined ? {} : { next: textOfPlace(next) };
      return { ...window, source: 'log', entries, ...more };
    } catch (error) {
      if (!isOutage(error)) throw error;
      return { ...window, source: 'memory', ...fromMemory(this.parts, query) };
    }
  }

  private refuseUnknown(environment: string | undefined): void {
    const { live } = this.parts;
    const known = [...live.environments(), ...live.removedEnvironments()];
    if (environment === undefined || known.length === 0 || known.includes(environment)) return;
    throw new DomainError('environment-not-found', {
      detail: `The project has no environment "${environment.slice(0, 128)}". The environments are ${live.environments().join(', ')}.`,
    });
  }

  /** Portion by portion in transactions of their own, so that a long look holds up nobody on the embedded database. */
  private async find(query: TimelineQuery): Promise<Found> {
    const { transactions, ledger } = this.parts;
    const candidates: Candidate[] = [];
    let before = query.before;
    for (let read = 0; read < MOST_READ; read += PORTION) {
      const portion = await transactions.run(async (manager) => {
        const entries = await readAuditWindow(manager, { sinceMs: query.sinceMs, before, limit: PORTION });
        return { entries, found: await candidatesAmong(manager, entries, { ledger, query }) };
      });
      candidates.push(...portion.found);
      if (candidates.length > query.limit) {
        const shown = candidates.slice(0, query.limit);
        return { candidates: shown, next: placeOf(shown.at(-1)?.entry) ?? before };
      }
      const last = placeOf(portion.entries.at(-1));
      if (last === undefined || portion.entries.length < PORTION) return { candidates };
      before = last;
    }
    return { candidates, next: before };
  }
}

function placeOf(entry: LogPlace | undefined): LogPlace | undefined {
  return entry && { atMs: entry.atMs, sequence: entry.sequence };
}

async function toEntries(
  manager: EntityManager,
  candidates: readonly Candidate[],
  query: TimelineQuery,
): Promise<readonly TimelineEntry[]> {
  const wanted = candidates.flatMap((candidate) => filesToCompare(candidate, query)).slice(0, MOST_TEXTS);
  const texts = await readTexts(manager, wanted);
  const changes = new Map<string, readonly TimelineChange[]>();
  for (const [index, { revisionId, path }] of wanted.entries()) {
    const { flag, changes: found } = describeFileChange(path, texts[index] ?? NO_TEXTS);
    const fits = found.filter(({ environment }) => fitsIn(environment, query));
    const own = fits.map((change) => ({ file: path, ...(flag === undefined ? {} : { flag }), ...change }));
    const name = String(revisionId);
    changes.set(name, [...(changes.get(name) ?? []), ...own]);
  }
  return candidates.map((candidate) =>
    entryOf(candidate, changes.get(String(candidate.files?.revisionId)) ?? []),
  );
}

const NO_TEXTS = { before: undefined, after: undefined };

function filesToCompare({ files, entry }: Candidate, { flag }: TimelineQuery) {
  // What a wave brought or took back stands at the commit that began it.
  if (files === undefined || !entry.action.startsWith('revision.')) return [];
  const { revisionId } = files;
  return files.files.filter(({ path }) => isAsked(path, flag)).map(({ path }) => ({ revisionId, path }));
}

/** Tests change nothing that is served. */
function isAsked(path: string, flag: string | undefined): boolean {
  const place = placeIn(path);
  return place.kind === 'flag' ? flag === undefined || place.key === flag : place.kind !== 'test';
}

function fitsIn(environment: string | undefined, query: TimelineQuery): boolean {
  return environment === undefined || query.environment === undefined || environment === query.environment;
}

function entryOf(candidate: Candidate, changes: readonly TimelineChange[]): TimelineEntry {
  const { entry, described, flags, flagCount } = candidate;
  const { action: kind, actor, reason, environments = [], commit, atMs } = entry;
  const { sentence, touchesServed, link } = described;
  const own = entry.action.startsWith('revision.') ? changes : [];
  return {
    ...{ at: iso(atMs), kind, environments, flags: flags.slice(0, MOST_FLAGS), flagCount, sentence },
    ...{ changes: own.slice(0, MOST_CHANGES), changeCount: own.length, touchesServed, actor, reason },
    ...(candidate.files === undefined ? {} : { fileCount: candidate.files.fileCount }),
    ...(commit === undefined ? {} : { commit }),
    ...(link === undefined ? {} : { link }),
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
