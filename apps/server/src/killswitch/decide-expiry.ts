import type { KillRecord } from '../catalog/index.js';

export interface ExpiryDecision {
  readonly kill: KillRecord;
  /** What goes on being held, by a new record: targets in protected environments, where time lifts nothing. */
  readonly remainder: ReadonlyMap<string, readonly string[]>;
}

/** Which standing kills time has lifted, wholly or in part. An environment that is not known counts as protected. */
export function decideExpiry(
  standing: readonly KillRecord[],
  isUnprotected: (environment: string) => boolean,
  nowMs: number,
): ExpiryDecision[] {
  return standing.flatMap((kill) => {
    if (kill.expiresAtMs === undefined || kill.expiresAtMs > nowMs) return [];
    const held = [...kill.targets].filter(([environment]) => !isUnprotected(environment));
    return held.length === kill.targets.size ? [] : [{ kill, remainder: new Map(held) }];
  });
}
