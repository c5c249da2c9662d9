import { createHash } from 'node:crypto';
import type { EnvironmentKills } from '@guidon/engine/model';

/**
 * Names the kill state of an environment in tags, `[a-z0-9]+`. Ids are enough: what a kill holds never changes. Equal
 * states give equal digests on every replica; without any kill it is `0`.
 */
export function killDigest(kills: EnvironmentKills): string {
  if (kills.kills.length === 0 && kills.revived.length === 0) return '0';
  const standing = kills.kills.map((kill) => kill.id).sort();
  const text = `${standing.join(',')}/${[...kills.revived].sort().join(',')}`;
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Equal for two presses with the same targets, whatever their order. */
export function targetsDigest(targets: ReadonlyMap<string, readonly string[]>): string {
  const entries = [...targets]
    .map(([environment, flags]) => [environment, [...new Set(flags)].sort()] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(entries)).digest('hex');
}
