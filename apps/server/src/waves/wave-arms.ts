import { WAVE_DEFAULTS, type WaveInstance } from '@guidon/policy/guards';
import { isInWave, lowestOf } from '@guidon/policy/waves';
import type { SdkInstance, SilentStream } from '../usage/index.js';
import type { RunningWave } from './wave-board.js';
import type { WaveMemory } from './wave-memory.js';

export interface WaveArmsOf {
  readonly candidate: readonly WaveInstance[];
  readonly control: readonly WaveInstance[];
  readonly isFleetKnown: boolean;
  /** The instance to let in, where nobody is in the wave: the lowest. */
  readonly admit?: string;
}

/** Who there is. */
export interface WaveFleet {
  /** Who reported. */
  readonly instances: readonly SdkInstance[];
  /** Those that hold a stream and of which nothing was heard since the wave began. */
  readonly silent: readonly SilentStream[];
  readonly nowMs: number;
}

/** An instance that was killed without a goodbye must not hold every wave until its row is cleaned up. */
const FLEET_GONE_MS = 15 * 60_000;

/**
 * Who is in the wave and who is not. One that fell silent before the wave began, or said goodbye, belongs to neither, unless it
 * holds a stream: one that is served and does not report, perhaps because something between blocks its reports, is a silent
 * member. Pure.
 */
export function armsOf(
  wave: RunningWave,
  { instances, silent, nowMs }: WaveFleet,
  memory: WaveMemory,
): WaveArmsOf {
  const sinceMs = wave.startedAtMs - WAVE_DEFAULTS.silentAfterMs;
  const alive = instances.filter(({ closed, lastSeenMs }) => !closed && lastSeenMs >= sinceMs);
  const members = membersOf(wave, alive, memory);
  const candidate: WaveInstance[] = [];
  const control: WaveInstance[] = [];
  for (const instance of alive) {
    if (members.has(instance.instance)) candidate.push(toMember(wave, instance, memory));
    else control.push(toControl(wave, instance));
  }
  candidate.push(...silentMembers(wave, alive, silent));
  const isFleetKnown =
    silent.length > 0 ||
    instances.some(({ closed, lastSeenMs }) => !closed && nowMs - lastSeenMs < FLEET_GONE_MS);
  if (candidate.length > 0) return { candidate, control, isFleetKnown };
  const lowest = lowestOf(
    control.map(({ instanceId }) => instanceId),
    wave.waveId,
  );
  const arms = { candidate, control, isFleetKnown };
  return lowest === undefined ? arms : { ...arms, admit: lowest };
}

/** A note may be some seconds old, so who has reported meanwhile is none of them. */
function silentMembers(
  wave: RunningWave,
  alive: readonly SdkInstance[],
  silent: readonly SilentStream[],
): readonly WaveInstance[] {
  const heard = new Set(alive.map(({ instance }) => instance));
  const percent = percentAt(wave, wave.stage);
  return silent
    .filter(({ instance }) => !heard.has(instance))
    .filter(({ instance }) => instance === wave.admitted || isInWave(instance, wave.waveId, percent))
    .map(({ instance, sinceMs }) => {
      const toldMs = toldAt(wave, { instance, firstSeenMs: sinceMs });
      return { instanceId: instance, applied: 'pending', toldMs, restarts: 0 };
    });
}

function percentAt(wave: RunningWave, stage: number): number {
  return wave.stages[stage]?.percent ?? 0;
}

/** Below the share, let in because nobody else was, or served the candidate for whatever reason, be it before a death. */
function membersOf(
  wave: RunningWave,
  alive: readonly SdkInstance[],
  memory: WaveMemory,
): ReadonlySet<string> {
  const percent = percentAt(wave, wave.stage);
  const members = alive.filter(
    (one) =>
      isInWave(one.instance, wave.waveId, percent) ||
      one.instance === wave.admitted ||
      hasAdopted(one, memory) ||
      hasRefused(one, memory),
  );
  return new Set(members.map(({ instance }) => instance));
}

function hasAdopted({ applied }: SdkInstance, memory: WaveMemory): boolean {
  return applied !== undefined && memory.armOf(applied) === 'candidate';
}

/** A process that comes after one that died of the candidate has another name, and may not be below the share. */
function hasRefused({ refused }: SdkInstance, memory: WaveMemory): boolean {
  return refused !== undefined && memory.wasCandidate(refused.generation);
}

function toMember(wave: RunningWave, instance: SdkInstance, memory: WaveMemory): WaveInstance {
  const { refused } = instance;
  const toldMs = toldAt(wave, instance);
  const isRefused = refused !== undefined && hasRefused(instance, memory);
  return {
    instanceId: instance.instance,
    applied: isRefused ? refused.result : hasAdopted(instance, memory) ? 'ok' : 'pending',
    ...(isRefused ? { rejection: refused.reason } : {}),
    toldMs,
    lastReportMs: instance.lastSeenMs,
    restarts: restartsSince(instance, toldMs),
  };
}

function toControl(wave: RunningWave, instance: SdkInstance): WaveInstance {
  const toldMs = Math.max(wave.startedAtMs, instance.firstSeenMs);
  return {
    instanceId: instance.instance,
    applied: 'ok',
    toldMs,
    lastReportMs: instance.lastSeenMs,
    restarts: restartsSince(instance, toldMs),
  };
}

/** When the candidate became its ruleset: at the stage that took it in, or when it came to life. */
function toldAt(
  wave: RunningWave,
  { instance, firstSeenMs }: Pick<SdkInstance, 'instance' | 'firstSeenMs'>,
): number {
  const wasIn = wave.stage > 0 && isInWave(instance, wave.waveId, percentAt(wave, wave.stage - 1));
  const isIn = isInWave(instance, wave.waveId, percentAt(wave, wave.stage));
  // Who is not in by its share was let in soon after the beginning.
  const stageMs = wasIn || !isIn ? wave.startedAtMs : wave.stageSinceMs;
  return Math.max(stageMs, firstSeenMs);
}

function restartsSince({ restartedMs }: SdkInstance, toldMs: number): number {
  return restartedMs !== undefined && restartedMs > toldMs ? 1 : 0;
}
