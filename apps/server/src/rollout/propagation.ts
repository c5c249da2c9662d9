import { GUARD_DEFAULTS, type HealthArms, type WaveInstance } from '@guidon/policy/guards';
import type { Observation } from '@guidon/policy/rollout';
import { REPLICA_GONE_MS, type ReplicaNote } from '../catalog/index.js';
import type { SdkInstance } from '../usage/index.js';

/** Who there is to have a position, and since when it is out. */
export interface Audience {
  readonly environment: string;
  readonly lineage: string;
  readonly instances: readonly SdkInstance[];
  readonly replicas: readonly ReplicaNote[];
  /** The first generation with the position. */
  readonly generation: number;
  readonly sinceMs: number;
  readonly nowMs: number;
}

/** Where nobody reports, so long is given to whoever there may be. */
export const UNKNOWN_WAIT_MS = 15_000;
/** An SDK that refused a ruleset does not get further by waiting: its health is for the guard to judge. */
const MOST_NAMED = 3;

/** Whether everybody who is known to be there has the position. Who fell silent is no reason to wait for ever. Pure. */
export function judgePropagation(audience: Audience): Observation['propagation'] {
  const { nowMs, sinceMs, generation, environment } = audience;
  const late = audience.replicas.filter(
    ({ seenAtMs, served }) =>
      nowMs - seenAtMs < REPLICA_GONE_MS &&
      served.some((one) => one.environment === environment && one.generation < generation),
  );
  if (late.length > 0)
    return {
      isDone: false,
      reason: `${count(late.length, 'server')} ${late.length === 1 ? 'does' : 'do'} not serve it yet.`,
    };
  const living = livingOf(audience).filter(
    ({ lastSeenMs }) => nowMs - lastSeenMs <= GUARD_DEFAULTS.silentAfterMs,
  );
  if (living.length === 0) {
    const leftMs = sinceMs + UNKNOWN_WAIT_MS - nowMs;
    if (leftMs > 0)
      return { isDone: false, reason: 'No SDK instance reports, so it waits a moment for whoever there is.' };
    return { isDone: true, reason: 'No SDK instance reports.' };
  }
  const behind = living.filter((one) => !hasIt(one, audience) && !hasRefused(one, audience));
  if (behind.length === 0)
    return { isDone: true, reason: `All ${count(living.length, 'SDK instance')} that report have it.` };
  const named = behind.slice(0, MOST_NAMED).map(({ instance }) => instance);
  const more = behind.length > MOST_NAMED ? ` and ${behind.length - MOST_NAMED} others` : '';
  return {
    isDone: false,
    reason: `${behind.length} of ${count(living.length, 'SDK instance')} have not reported it yet: ${named.join(', ')}${more}.`,
  };
}

/** The same instances as the guard of their health sees them. All are told at once: there is nobody to compare with. Pure. */
export function healthArmsOf(audience: Audience): HealthArms {
  const judged = livingOf(audience).filter((instance) => !hasGoneItsWay(instance, audience));
  const candidate = judged.map((instance): WaveInstance => {
    const toldMs = toldAt(instance, audience);
    const { refused } = instance;
    const isRefused = refused !== undefined && hasRefused(instance, audience);
    return {
      instanceId: instance.instance,
      applied: isRefused ? refused.result : hasIt(instance, audience) ? 'ok' : 'pending',
      ...(isRefused ? { rejection: refused.reason } : {}),
      toldMs,
      lastReportMs: instance.lastSeenMs,
      restarts: instance.restartedMs !== undefined && instance.restartedMs > toldMs ? 1 : 0,
    };
  });
  return { sinceMs: audience.sinceMs, candidate, control: [] };
}

/** Who lived with it for so long and then fell silent was deployed anew or scaled away, as happens every day. */
const SETTLED_MS = 10 * 60_000;

function hasGoneItsWay(instance: SdkInstance, audience: Audience): boolean {
  const { lastSeenMs } = instance;
  const isSilent = audience.nowMs - lastSeenMs > GUARD_DEFAULTS.silentAfterMs;
  return isSilent && lastSeenMs - toldAt(instance, audience) >= SETTLED_MS;
}

function toldAt({ firstSeenMs }: SdkInstance, { sinceMs }: Audience): number {
  return Math.max(sinceMs, firstSeenMs);
}

/** Those that did not say goodbye and were there when the position went out, or came since. */
function livingOf({ instances, sinceMs }: Audience): readonly SdkInstance[] {
  const aliveMs = sinceMs - GUARD_DEFAULTS.silentAfterMs;
  return instances.filter(({ closed, lastSeenMs }) => !closed && lastSeenMs >= aliveMs);
}

function hasIt({ applied }: SdkInstance, { lineage, generation }: Audience): boolean {
  return applied !== undefined && applied.lineage === lineage && applied.generation >= generation;
}

function hasRefused({ refused }: SdkInstance, { generation }: Audience): boolean {
  return refused !== undefined && refused.generation >= generation;
}

function count(number: number, what: string): string {
  return number === 1 ? `1 ${what}` : `${number} ${what}s`;
}
