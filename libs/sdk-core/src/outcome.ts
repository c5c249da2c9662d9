import type { Refusal, Verdict } from './judge.js';

/** What became of something that was offered. */
export interface Outcome {
  readonly kind: 'taken' | 'kept' | 'refetch';
  readonly why: 'new' | Refusal | 'gap' | 'hash' | 'nothing-held' | 'broken';
  /** For a refetch: ask without a tag, because what is held is not what its tag says. */
  readonly whole: boolean;
  /** Flags whose answers may differ from before, in no order. */
  readonly changed: ReadonlySet<string>;
}

export const NOTHING: ReadonlySet<string> = new Set();

export function kept(why: Refusal | 'broken'): Outcome {
  return { kind: 'kept', why, whole: false, changed: NOTHING };
}

export function fromVerdict(verdict: Exclude<Verdict, { kind: 'take' }>): Outcome {
  const whole = verdict.kind === 'refetch' && verdict.whole;
  return { kind: verdict.kind === 'keep' ? 'kept' : 'refetch', why: verdict.why, whole, changed: NOTHING };
}
