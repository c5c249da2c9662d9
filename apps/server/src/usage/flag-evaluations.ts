import type { AnswerCell } from '@guidon/protocol';
import { OTHER } from '@guidon/protocol/metrics';
import type { Counter, Registry } from 'prom-client';
import { declaredCounter } from '../kernel/metrics/index.js';

/** What is live, for whoever must not take a caller's word for the name of a flag. */
export interface KnownFlags {
  /** Whether the environment has the flag, in what anybody is served. */
  has(environment: string, flag: string): boolean;
  hasVariant(environment: string, flag: string, variant: string): boolean;
}

/** Flags of an environment with a place of their own, unless the configuration says otherwise. */
export const FLAG_PLACES = 500;

const NONE: KnownFlags = { has: () => false, hasVariant: () => false };

/**
 * Evaluations by flag and variant. A report may name anything; a label is only what the live ruleset has, and so from Git.
 * Each environment has so many places: a flag takes one when it is counted first, keeps it, and leaves it when it is no
 * longer live. Nothing ever moves from one series to another, so every rate stays true; what has no place is `other`.
 */
export class FlagEvaluations {
  readonly #counter: Counter<'environment' | 'flag' | 'variant'> | undefined;
  readonly #places = new Map<string, Map<string, Set<string>>>();
  #known = NONE;

  constructor(
    registry: Registry,
    private readonly placesEach = FLAG_PLACES,
  ) {
    if (placesEach > 0) this.#counter = declaredCounter(registry, 'guidon_flag_evaluations_total');
  }

  /** Whoever knows what is live says so; until then everything is `other`. */
  know(known: KnownFlags): void {
    this.#known = known;
  }

  count(environment: string, cells: readonly AnswerCell[]): void {
    if (this.#counter === undefined || cells.length === 0) return;
    const places = this.#places.get(environment) ?? new Map<string, Set<string>>();
    this.#places.set(environment, places);
    if (places.size >= this.placesEach) this.#clear(environment, places);
    for (const { flag, variant, count } of cells)
      this.#counter.inc({ environment, ...this.#labels(environment, { flag, variant }, places) }, count);
  }

  #labels(
    environment: string,
    { flag, variant }: { readonly flag: string; readonly variant: string },
    places: Map<string, Set<string>>,
  ): { flag: string; variant: string } {
    const isKnown = this.#known.has(environment, flag);
    const hasPlace = isKnown && (places.has(flag) || places.size < this.placesEach);
    if (!hasPlace) return { flag: OTHER, variant: OTHER };
    const label = this.#known.hasVariant(environment, flag, variant) ? variant : OTHER;
    const variants = places.get(flag) ?? new Set<string>();
    places.set(flag, variants.add(label));
    return { flag, variant: label };
  }

  /** Takes the places of flags that are gone. */
  #clear(environment: string, places: Map<string, Set<string>>): void {
    for (const [flag, variants] of places) {
      if (this.#known.has(environment, flag)) continue;
      for (const variant of variants) this.#counter?.remove({ environment, flag, variant });
      places.delete(flag);
    }
  }
}
