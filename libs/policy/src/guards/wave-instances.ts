import type { WaveInstance } from './wave-health.js';

/** Now, and when the wave began. */
export interface WaveTimes {
  readonly sinceMs: number;
  readonly nowMs: number;
}

export function sinceToldMs(instance: WaveInstance, { sinceMs, nowMs }: WaveTimes): number {
  return nowMs - (instance.toldMs ?? sinceMs);
}

/** From its last report, or from when it was told if that was later: it gets its time to answer. */
export function silentForMs(instance: WaveInstance, times: WaveTimes): number {
  const toldMs = instance.toldMs ?? times.sinceMs;
  return times.nowMs - Math.max(instance.lastReportMs ?? toldMs, toldMs);
}

/** Whether it reports and has not said yet that the ruleset is in use. */
export function isPending(instance: WaveInstance, times: WaveTimes, silentAfterMs: number): boolean {
  const isUnsaid = instance.applied !== 'ok' || instance.lastReportMs === undefined;
  return isUnsaid && silentForMs(instance, times) <= silentAfterMs;
}

/** The arms of a wave, and its times. */
export interface WaveArms extends WaveTimes {
  readonly candidate: readonly WaveInstance[];
  readonly control: readonly WaveInstance[];
}

/** Those of the candidate that are silent for longer than the limit, unless the control loses as many. */
export function silentBeyondChurn(
  arms: WaveArms,
  settings: { readonly limitMs: number; readonly silenceRatio: number },
): readonly WaveInstance[] {
  const isSilent = (instance: WaveInstance) => silentForMs(instance, arms) > settings.limitMs;
  const silent = arms.candidate.filter(isSilent);
  const ofControl = arms.control.filter(isSilent).length;
  const share = arms.control.length === 0 ? 0 : ofControl / arms.control.length;
  return silent.length > settings.silenceRatio * share * arms.candidate.length ? silent : [];
}

/** Whether it counts as one that the ruleset may have brought down. */
export function isLost(instance: WaveInstance, times: WaveTimes, silentAfterMs: number): boolean {
  return instance.restarts > 0 || silentForMs(instance, times) > silentAfterMs;
}

export function ids(instances: readonly WaveInstance[]): readonly string[] {
  return instances.map(({ instanceId }) => instanceId);
}

/** At most three by name. */
export function names(instances: readonly WaveInstance[]): string {
  const shown = ids(instances.slice(0, 3)).join(', ');
  return instances.length > 3 ? `${shown} and ${instances.length - 3} others` : shown;
}
