import type { Position } from '@guidon/engine/model';
import { type Head, nextGeneration } from './head.js';

/** Where one rollout stands from now on; without a position it has not begun, or is over. */
export interface PositionChange {
  readonly flag: string;
  readonly position: Position | undefined;
}

/**
 * The head with a rollout moved: what everybody has and the candidate come anew, under generations in that order, and a
 * wave goes on as it was. `undefined` where it stands there already.
 */
export function movePosition(head: Head, { flag, position }: PositionChange): Head | undefined {
  const { positions: before = [], ...rest } = head;
  const others = before.filter((one) => one.flag !== flag);
  const known = before.find((one) => one.flag === flag);
  if (JSON.stringify(known) === JSON.stringify(position)) return undefined;
  const positions = [...others, ...(position === undefined ? [] : [position])].sort(byFlag);
  const generation = nextGeneration(head);
  const candidate =
    head.candidate === undefined ? {} : { candidate: { ...head.candidate, generation: generation + 1 } };
  return { ...rest, generation, ...candidate, ...(positions.length === 0 ? {} : { positions }) };
}

function byFlag(a: Position, b: Position): number {
  return a.flag < b.flag ? -1 : a.flag > b.flag ? 1 : 0;
}
