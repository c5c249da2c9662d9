import { EARNED_MS, TRIAL_MS } from '../constants.js';

/** `trying`: has not been in use for a minute yet. `last-known-good`: was in use for ten minutes. */
export type Proof = 'trying' | 'good' | 'last-known-good';

/** One ruleset by its content, with what it has proved. */
export interface Generation {
  readonly hash: string;
  readonly lineage: string;
  readonly generation: number;
  readonly environment: string;
  /** Rises with every ruleset that comes into use. Clocks jump and lineages change, so neither can tell old from young. */
  readonly order: number;
  /** For how long it was in use, deaths left out; over all processes and restarts. */
  readonly servedMs: number;
}

/** A ruleset of which the application died repeatedly. */
export interface Quarantine {
  readonly hash: string;
  readonly lineage: string;
  readonly generation: number;
}

export function proofOf({ servedMs }: Pick<Generation, 'servedMs'>): Proof {
  if (servedMs >= EARNED_MS) return 'last-known-good';
  return servedMs >= TRIAL_MS ? 'good' : 'trying';
}

export const isGood = (generation: Generation) => proofOf(generation) !== 'trying';

/** Oldest first. */
export const byAge = (a: Generation, b: Generation) => a.order - b.order || a.generation - b.generation;
