import type { Position } from '../model/index.js';

/** Where rollouts stand: by flag, then by environment. */
export function positionsByFlag(
  positions: readonly Position[],
): ReadonlyMap<string, ReadonlyMap<string, Position>> {
  const byFlag = new Map<string, Map<string, Position>>();
  for (const position of positions) {
    const known = byFlag.get(position.flag);
    if (known === undefined) byFlag.set(position.flag, new Map([[position.environment, position]]));
    else known.set(position.environment, position);
  }
  return byFlag;
}
