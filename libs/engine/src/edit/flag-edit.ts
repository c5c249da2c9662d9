/**
 * A change that Guidon offers as a proposal.
 *
 * - `kill`: make Git agree with the red button: everybody gets `safe` in these environments (`all`: in every one that the
 *   file lists, or an archived flag's only variant).
 * - `serve`: what everyone else gets in one environment.
 * - `percent`: the share of one rule, 0 to 100 with at most three decimals.
 * - `expires`: a later date (`YYYY-MM-DD`), for ops flags of the review.
 * - `archive`: the flag is over and serves one variant everywhere.
 * - `rollout-done`: the rollout goes out of the file and what it went to becomes the last line.
 * - `rollout-out`: the rollout goes out of the file and the last line stays as it is.
 */
export type FlagEdit =
  | { readonly kind: 'kill'; readonly environments: readonly string[] | 'all' }
  | { readonly kind: 'serve'; readonly environment: string; readonly variant: string }
  | {
      readonly kind: 'percent';
      readonly environment: string;
      readonly rule: string;
      readonly percent: number;
    }
  | { readonly kind: 'expires'; readonly date: string }
  | { readonly kind: 'archive'; readonly date: string; readonly serve: string }
  | { readonly kind: 'rollout-done'; readonly environment: string }
  | { readonly kind: 'rollout-out'; readonly environment: string };

/**
 * `unreadable`: the file has errors of its own. `no-such`: it has no such rule, variant or rollout.
 * `nothing-to-change`: it says so already. `bad-value`: what is asked for is no legal value. `by-hand`: the file is written in
 * a way that cannot be edited without loss.
 */
export type RefusalCode = 'unreadable' | 'no-such' | 'nothing-to-change' | 'bad-value' | 'by-hand';

export interface Refusal {
  /** One sentence: what, and how to go on. */
  readonly refused: string;
  readonly code: RefusalCode;
}

export interface Edited {
  readonly text: string;
  /** Comments that stood on lines which the edit takes out; only `archive` and the ends of rollouts ever have any. */
  readonly lostComments: readonly string[];
}

export type EditResult = Edited | Refusal;

export function refuse(code: RefusalCode, refused: string): Refusal {
  return { refused, code };
}
