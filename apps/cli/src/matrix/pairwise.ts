import { LevelPairs } from './level-pairs.js';
import type { Assignment, MatrixFlag } from './matrix-flag.js';
import { canBe } from './possible.js';

export interface PairwiseRuns {
  readonly runs: readonly Assignment[];
  /** Pairs of variants of two flags that can occur together. */
  readonly possible: number;
  /** Pairs that a requirement forbids. */
  readonly impossible: readonly Assignment[];
  /** No set of runs can be smaller: the most possible pairs of any two flags (without requirements the product of the two largest). */
  readonly lowerBound: number;
}

/** Candidates for each run; more give smaller sets slowly. */
const CANDIDATES = 20;
const SEED = 20261125;

/**
 * Runs that cover every possible pair of variants of two flags at least once: the greedy method of AETG (Cohen, Dalal,
 * Fredman, Patton: "The AETG System: An Approach to Testing Based on Combinatorial Design", IEEE Transactions on Software
 * Engineering 23(7), 1997). Each run begins with the variant that most open pairs wait for, goes through the other flags
 * in a seeded random order and takes for each the variant that covers most; the best of some candidates is kept. What a
 * requirement forbids is never chosen. Last, runs that the others make superfluous are left out. The same flags always
 * give the same runs.
 */
export function pairwise(flags: readonly MatrixFlag[]): PairwiseRuns {
  const [only] = flags;
  // Where there is nothing to pair with, each variant alone is worth a run.
  if (only !== undefined && flags.length === 1) {
    const runs = only.variants.map((variant) => ({ [only.key]: variant }));
    return { runs, possible: 0, impossible: [], lowerBound: runs.length };
  }
  const byKey = new Map(flags.map((flag) => [flag.key, flag]));
  const pairs = new LevelPairs(flags, byKey);
  const building = { flags, byKey, pairs, random: seeded(SEED) };
  const runs: Assignment[] = [];
  while (pairs.open.size > 0) {
    const seed = pairs.busiest();
    const candidates = Array.from({ length: CANDIDATES }, () => {
      const run = build(building, seed);
      return { run, covers: pairs.pairsOf(run).filter((id) => pairs.open.has(id)) };
    });
    const best = candidates.reduce((a, b) => (b.covers.length > a.covers.length ? b : a));
    for (const id of best.covers) pairs.open.delete(id);
    runs.push(best.run);
  }
  const { possible, impossible, lowerBound } = pairs;
  return { runs: withoutSuperfluous(runs, pairs), possible, impossible, lowerBound };
}

interface Building {
  readonly flags: readonly MatrixFlag[];
  readonly byKey: ReadonlyMap<string, MatrixFlag>;
  readonly pairs: LevelPairs;
  random(): number;
}

function build({ flags, byKey, pairs, random }: Building, seed: Assignment): Assignment {
  const chosen: { [flag: string]: string } = { ...seed };
  const levels = flags.flatMap((flag) => {
    const variant = chosen[flag.key];
    return variant === undefined ? [] : [pairs.level(flag, variant)];
  });
  for (const flag of shuffled(flags, random)) {
    if (chosen[flag.key] !== undefined) continue;
    const gains = flag.variants.map((variant) => {
      const own = pairs.level(flag, variant);
      return { variant, own, gain: levels.filter((level) => pairs.open.has(pairs.idOf(own, level))).length };
    });
    // What is chosen so far can always be completed, so one of the variants fits.
    const best = gains
      .sort((a, b) => b.gain - a.gain)
      .find(({ variant }) => canBe(byKey, { ...chosen, [flag.key]: variant }));
    if (best === undefined) throw new Error(`no variant of ${flag.key} fits`);
    chosen[flag.key] = best.variant;
    levels.push(best.own);
  }
  return chosen;
}

export function contains(run: Assignment, pair: Assignment): boolean {
  return Object.entries(pair).every(([key, variant]) => run[key] === variant);
}

/** Later runs cover little, so they are looked at first. */
function withoutSuperfluous(runs: readonly Assignment[], pairs: LevelPairs): readonly Assignment[] {
  const times = new Map<number, number>();
  for (const run of runs) for (const id of pairs.pairsOf(run)) times.set(id, (times.get(id) ?? 0) + 1);
  const kept = new Set(runs);
  for (const run of [...runs].reverse()) {
    const ids = pairs.pairsOf(run);
    if (ids.some((id) => times.get(id) === 1)) continue;
    for (const id of ids) times.set(id, (times.get(id) as number) - 1);
    kept.delete(run);
  }
  return [...kept];
}

/** Fisher-Yates. */
function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const list = [...items];
  for (let at = list.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [list[at], list[other]] = [list[other] as Item, list[at] as Item];
  }
  return list;
}

/** mulberry32: small, and the same numbers on every machine. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
