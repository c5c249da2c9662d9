import { applyPatch } from '@guidon/engine/compile';
import type { Position, Ruleset, Snapshot } from '@guidon/engine/model';
import { overlayPositions } from '@guidon/engine/resolve';

/** Content as heads name it: without positions. */
export interface PlainContent {
  readonly hash: string;
  readonly ruleset: Ruleset;
  readonly snapshot: Snapshot;
}

/** What clients get: the content with the positions of rollouts laid over it. */
export interface LaidContent {
  readonly hash: string;
  readonly ruleset: Ruleset;
  readonly content: { readonly hash: string; readonly ruleset: Ruleset };
  readonly snapshot: Snapshot;
}

/** Costs what the flags with a position cost; without any the ruleset is the content's own. */
export function layPositions(
  { hash, ruleset, snapshot }: PlainContent,
  positions: readonly Position[],
): LaidContent {
  const content = { hash, ruleset };
  const patch = overlayPositions({ ruleset, snapshot }, positions);
  if (patch === undefined) return { ...content, content, snapshot };
  return { ...applyPatch(ruleset, hash, patch), content, snapshot };
}
