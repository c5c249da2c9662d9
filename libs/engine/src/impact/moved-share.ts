import type { Course, Draw } from './course.js';

/** Percentages by variant, of those who have come to a place. */
export type Shares = ReadonlyMap<string, number>;

export interface Movement {
  readonly before: Shares;
  readonly after: Shares;
  /** Percent of them that get another variant than before. */
  readonly moved: number;
  /** The same by pair, largest first. */
  readonly pairs: readonly { readonly from: string; readonly to: string; readonly percent: number }[];
}

const HASHES = 2 ** 32;
/** Beyond so many cells of the joint distribution no share is worked out: no sensible file comes near. */
const MOST_CELLS = 200_000;

/**
 * How units move from one course to another: exact, without any contexts, by cutting the hashes at every edge of a range and
 * adding up the pieces. Draws with different unit, salt or algorithm count as independent. Undefined beyond `MOST_CELLS`.
 *
 * Losing a `by` at 25 percent moves 2 × 0.25 × 0.75, that is 37.5 percent.
 */
export function movedShare(before: Course, after: Course): Movement | undefined {
  const hashes = cutsOf([...before.draws, ...after.draws]);
  const cells = [...hashes.values()].reduce((product, cuts) => product * (cuts.length - 1), 1);
  if (cells > MOST_CELLS) return undefined;
  const [shareBefore, shareAfter] = [new Map<string, number>(), new Map<string, number>()];
  const pairs = new Map<string, { from: string; to: string; percent: number }>();
  for (const { at, percent } of piecesOf([...hashes])) {
    const [from, to] = [answerAt(before, at), answerAt(after, at)];
    shareBefore.set(from, (shareBefore.get(from) ?? 0) + percent);
    shareAfter.set(to, (shareAfter.get(to) ?? 0) + percent);
    if (from === to) continue;
    const name = JSON.stringify([from, to]);
    pairs.set(name, { from, to, percent: (pairs.get(name)?.percent ?? 0) + percent });
  }
  const ordered = [...pairs.values()].sort((a, b) => b.percent - a.percent);
  const moved = ordered.reduce((sum, { percent }) => sum + percent, 0);
  return { before: shareBefore, after: shareAfter, moved, pairs: ordered };
}

function cutsOf(draws: readonly Draw[]): ReadonlyMap<string, readonly number[]> {
  const cuts = new Map<string, Set<number>>();
  for (const { hash, ranges } of draws) {
    const known = cuts.get(hash) ?? new Set([0, HASHES]);
    for (const { from, to } of ranges) known.add(from).add(to);
    cuts.set(hash, known);
  }
  return new Map([...cuts].map(([hash, known]) => [hash, [...known].sort((a, b) => a - b)]));
}

interface Piece {
  /** A hash in the piece, for each name. */
  readonly at: ReadonlyMap<string, number>;
  readonly percent: number;
}

/** Every combination of pieces of the hashes, with the share of units in it. */
function piecesOf(hashes: readonly (readonly [string, readonly number[]])[]): Piece[] {
  let pieces: Piece[] = [{ at: new Map(), percent: 100 }];
  for (const [hash, cuts] of hashes) {
    pieces = pieces.flatMap(({ at, percent }) =>
      cuts.slice(1).map((to, index) => {
        const from = cuts[index] as number;
        return { at: new Map(at).set(hash, from), percent: (percent * (to - from)) / HASHES };
      }),
    );
  }
  return pieces;
}

function answerAt({ draws, last }: Course, at: ReadonlyMap<string, number>): string {
  for (const { hash, ranges } of draws) {
    const value = at.get(hash) as number;
    const hit = ranges.find(({ from, to }) => from <= value && value < to);
    if (hit !== undefined) return hit.answer;
  }
  return last;
}
