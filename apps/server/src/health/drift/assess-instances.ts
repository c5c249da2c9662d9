import type { DriftInstances } from '@guidon/protocol';
import { type DriftFacts, type InstanceNote, seconds } from './drift-facts.js';

/** Instances report every ten seconds; a few lost reports are no news. */
export const INSTANCE_GONE_MS = 10 * 60_000;
const MOST_LAGGING = 100;

/** Which instances have what, and which lag or refused what they were given. */
export function assessInstances(facts: DriftFacts): DriftInstances {
  const heard = facts.instances.filter(({ seenAtMs }) => facts.nowMs - seenAtMs < INSTANCE_GONE_MS);
  const counts = new Map<string, { environment: string; generation: number; instances: number }>();
  for (const { environment, generation } of heard) {
    if (generation === undefined) continue;
    const name = `${environment}.${generation}`;
    const count = counts.get(name) ?? { environment, generation, instances: 0 };
    count.instances += 1;
    counts.set(name, count);
  }
  const lagging = heard.filter(
    (note) => note.generation === undefined || isBad(note) || !isCurrent(facts, note),
  );
  return {
    known: heard.length,
    generations: [...counts.values()]
      .map((count) => ({ ...count, current: isCurrent(facts, count) }))
      .sort((a, b) =>
        a.environment === b.environment
          ? b.generation - a.generation
          : a.environment < b.environment
            ? -1
            : 1,
      ),
    lagging: lagging.slice(0, MOST_LAGGING).map(({ seenAtMs, ...note }) => ({
      ...note,
      seenSecondsAgo: seconds(facts.nowMs - seenAtMs),
    })),
  };
}

function isBad({ result }: InstanceNote): boolean {
  return result !== undefined && result !== 'applied';
}

function isCurrent(
  facts: DriftFacts,
  note: { environment: string; generation?: number | undefined },
): boolean {
  const head = facts.heads.find(({ environment }) => environment === note.environment);
  return head?.generation === note.generation || head?.candidate?.generation === note.generation;
}
