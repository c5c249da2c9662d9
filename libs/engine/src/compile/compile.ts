import type { Ruleset } from '../model/index.js';
import { FlagStore } from './flag-store.js';
import { FlagTable } from './flag-table.js';
import type { View } from './view.js';

class CompiledView implements View {
  readonly environment: string;
  readonly revision: string;
  readonly generation: number;
  readonly notFound: View['notFound'];

  constructor(
    readonly flags: FlagTable,
    readonly killed: ReadonlySet<string>,
  ) {
    const { ruleset, generation, notFound } = flags.store;
    this.environment = ruleset.environment;
    this.revision = ruleset.revision;
    this.generation = generation;
    this.notFound = notFound;
  }
}

/**
 * Makes a ruleset ready to evaluate. Costs next to nothing: every flag is compiled when it is first evaluated (see
 * `warm`). The ruleset becomes the view's: it must not be changed afterwards, and variant values are frozen.
 *
 * @param options.generation stands in every answer.
 * @param options.killed keys of flags that serve `safe`; unknown ones do no harm.
 */
export function compile(
  ruleset: Ruleset,
  options: { readonly generation: number; readonly killed: ReadonlySet<string> },
): View {
  return viewOf(new FlagStore(ruleset, options.generation), options.killed);
}

/** The same view with another set of killed flags. What is compiled stays compiled; the cost is that of the set. */
export function withKilled(view: View, killed: ReadonlySet<string>): View {
  return viewOf(storeOf(view), killed);
}

/**
 * Compiles flags ahead of their first use, for a host that has idle time and would rather not pay then.
 *
 * @param options.flags compile at most so many more, so that a host can do it in slices; default: all.
 * @returns true when every flag is compiled.
 */
export function warm(view: View, options: { readonly flags?: number } = {}): boolean {
  return storeOf(view).warm(options.flags ?? Number.POSITIVE_INFINITY);
}

function viewOf(store: FlagStore, killed: ReadonlySet<string>): View {
  // A copy, because the view is immutable and the caller's set may not be.
  const held = new Set(killed);
  return new CompiledView(new FlagTable(store, held), held);
}

function storeOf(view: View): FlagStore {
  if (view instanceof CompiledView) return view.flags.store;
  throw new TypeError('this view was not made by compile');
}
