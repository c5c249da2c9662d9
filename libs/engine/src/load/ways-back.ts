import type { Exchange } from './exchange.js';
import type { FileVersion, LoadInput } from './load-types.js';
import { TakeBacks } from './take-back.js';

/** Asks of one flag in one environment, or of a segment, whether its change only goes back. */
export interface WayBackQuestion {
  readonly exchange: Exchange;
  /** Of a flag. */
  readonly environment?: string;
}

/** The name of a question, by which its answer is found. */
export function wayBackName(kind: Exchange['kind'], key: string, environment = ''): string {
  return `${kind}:${key}@${environment}`;
}

/**
 * Which changes only go back to what was live, judged as `percent-jump` judges it but of all that is served there, since
 * people are counted and not lines. As with `load`, more texts of the past may be `wanted`.
 */
export function waysBack(
  input: LoadInput,
  questions: readonly WayBackQuestion[],
): { readonly back: ReadonlySet<string>; readonly wanted: readonly FileVersion[] } {
  const takeBacks = new TakeBacks(input);
  const back = questions.filter(
    ({ exchange, environment }) =>
      takeBacks.wasLive(exchange, exchange.after) || takeBacks.servesBack(exchange, environment ?? ''),
  );
  const names = back.map(({ exchange: { kind, key }, environment }) => wayBackName(kind, key, environment));
  return { back: new Set(names), wanted: takeBacks.wanted() };
}
