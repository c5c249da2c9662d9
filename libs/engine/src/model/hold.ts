/**
 * Why a revision in which nothing is wrong waits for a person all the same. `mass-change`: it takes away more than
 * `limits.massChange`. The others change who may do what, or how revisions are judged: nobody may grant himself that
 * by a push. `protection-change`: a protected environment would lose protection, waves or a freeze, or a limit would be raised.
 */
export type HoldKind =
  | 'mass-change'
  | 'access-change'
  | 'commits-change'
  | 'signers-change'
  | 'protection-change';

export interface Hold {
  readonly kind: HoldKind;
  /** One sentence: what would change, in figures or names. */
  readonly sentence: string;
  /** The files that bring it about, sorted, relative to the flags folder. */
  readonly paths: readonly string[];
  /** Of a mass change: percent of what there was that would go, and the limit that it was measured by. */
  readonly share?: number;
  readonly limit?: number;
}
