import type { TimelineDocument, TimelineEntry, TimelineServing } from '@guidon/protocol';
import { decodeTime } from 'ulid';
import type { KillLedger, LiveCatalog } from '../catalog/index.js';
import type { TimelineQuery } from './timeline-query.js';

const MOST_FLAGS = 20;

/**
 * What one server knows without the database: which kills stand, each with the moment of its press, which is part of its id,
 * and what is served.
 */
export function fromMemory(
  {
    ledger,
    live,
  }: {
    ledger: Pick<KillLedger, 'standing'>;
    live: Pick<LiveCatalog, 'environments' | 'current' | 'candidate'>;
  },
  query: TimelineQuery,
): Pick<TimelineDocument, 'entries' | 'serving'> {
  const entries = ledger
    .standing()
    .map(({ id, targets }) => killEntry(id, targets))
    .filter((entry) => fits(entry, query))
    .reverse()
    .slice(0, query.limit)
    .map(({ atMs: _, ...entry }) => ({ ...entry, flags: entry.flags.slice(0, MOST_FLAGS) }));
  return { entries, serving: servingNow(live, query.environment) };
}

function killEntry(
  id: string,
  targets: ReadonlyMap<string, readonly string[]>,
): TimelineEntry & { atMs: number } {
  const atMs = decodeTime(id);
  const flags = [...new Set([...targets.values()].flat())];
  return {
    ...{ atMs, at: new Date(atMs).toISOString(), kind: 'kill.press', environments: [...targets.keys()] },
    ...{ flags, flagCount: flags.length, changes: [], changeCount: 0, touchesServed: true },
    sentence: `The kill ${id} stands.`,
    actor: 'unknown',
    reason: 'Who pressed it and why stands in the database, which is away.',
    link: `/api/v1/red-button/${id}`,
  };
}

function fits(
  entry: TimelineEntry & { atMs: number },
  { environment, flag, ...times }: TimelineQuery,
): boolean {
  const isWithin = entry.atMs >= times.sinceMs && entry.atMs <= times.aroundMs;
  const isThere = environment === undefined || entry.environments.includes(environment);
  return isWithin && isThere && (flag === undefined || entry.flags.includes(flag));
}

function servingNow(
  live: Pick<LiveCatalog, 'environments' | 'current' | 'candidate'>,
  asked: string | undefined,
): TimelineServing[] {
  return live
    .environments()
    .filter((environment) => asked === undefined || environment === asked)
    .flatMap((environment) => [live.current(environment), live.candidate(environment)?.live])
    .flatMap((served) => {
      if (served === undefined) return [];
      const { environment, generation, revision } = served;
      return [{ environment, generation, revision }];
    });
}
