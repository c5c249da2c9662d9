import { CEILING_DEFAULTS, type CeilingSettings } from './error-share.js';
import type { Clustering, ErrorWindow } from './error-window.js';

/** One SDK instance of a wave or of its control, as it reports itself. Leave out those that said goodbye. */
export interface WaveInstance {
  readonly instanceId: string;
  /**
   * What it made of the ruleset that it was told to serve. `quarantined`: it took the ruleset, broke on it, and went
   * back to an older one.
   */
  readonly applied: 'pending' | 'ok' | 'rejected' | 'quarantined';
  /** Why it rejected it, in its own words. */
  readonly rejection?: string;
  /** When it was told, in a wave that it joined late; the beginning of the wave by default. */
  readonly toldMs?: number;
  /** Absent: it never reported. */
  readonly lastReportMs?: number;
  /** How often it started anew since it was told. */
  readonly restarts: number;
}

/** What the instances of one arm counted in one window, since they serve their ruleset. Whole numbers. */
export interface WaveCounts {
  readonly evaluations: number;
  readonly evaluationErrors: number;
  /** Evaluations that ended in the caller's coded default. */
  readonly defaultsServed: number;
  /** Outcomes that the application reported, such as requests. */
  readonly calls: number;
  readonly failedCalls: number;
}

/** What can be counted and can get worse. */
export const WAVE_SIGNALS = ['evaluationErrors', 'defaultsServed', 'failedCalls'] as const;
export type WaveSignal = (typeof WAVE_SIGNALS)[number];

/** One flush period of one stratum: an application, a region, or both. */
export interface WaveWindow {
  readonly startMs: number;
  readonly endMs: number;
  readonly stratum: string;
  readonly candidate: WaveCounts;
  readonly control: WaveCounts;
  /** `measureInstanceClustering` of each signal at the end of the window; absent where it could not be measured. */
  readonly phi?: { readonly [S in WaveSignal]?: number };
}

/** Settings of a wave's guard. Sources: reference note on rollouts, V4, A3.1, A4.1, A4.2, and I8. */
export interface WaveSettings {
  /** The chance that a wave as good as its control is rolled back, shared out evenly to the signals. */
  readonly alpha: number;
  readonly nullRatio: number;
  readonly minErrors: number;
  /** A signal passes once it is proved to be less than this many times as bad as in the control. */
  readonly proveRatioBelow: number;
  /** It passes too once its share is proved to be below this: where nothing fails, no ratio can be proved. */
  readonly negligibleShare: number;
  readonly proofAlpha: number;
  readonly ceiling: CeilingSettings;
  /** An instance that has said nothing for this long is silent: three flush periods of ten seconds. */
  readonly silentAfterMs: number;
  /** Silence, or not having applied the ruleset, holds the wave; for this long it rolls the wave back. */
  readonly silenceLimitMs: number;
  /**
   * Instances end without a goodbye all the time, in both arms. Silence counts against the wave once its share is more
   * than this many times that of the control; where nobody of the control is silent, every silence counts.
   */
  readonly silenceRatio: number;
  /** After this time a wave advances without proof, if there is data and none of it is bad. */
  readonly unprovenAfterMs: number;
}

export const WAVE_DEFAULTS: WaveSettings = {
  alpha: 0.001,
  nullRatio: 1,
  minErrors: 5,
  proveRatioBelow: 5,
  negligibleShare: 0.01,
  proofAlpha: 0.05,
  ceiling: CEILING_DEFAULTS,
  silentAfterMs: 30_000,
  silenceLimitMs: 600_000,
  silenceRatio: 2,
  unprovenAfterMs: 600_000,
};

/** The ratio tests that alpha is shared out to: the signals, and the instances that were lost. */
export const RATIO_TESTS = WAVE_SIGNALS.length + 1;

/** The counts of one signal as the error-ratio guard takes them. */
export function errorWindows(windows: readonly WaveWindow[], signal: WaveSignal): readonly ErrorWindow[] {
  return windows.map(({ startMs, endMs, stratum, candidate, control, phi }) => {
    const factor = phi?.[signal];
    const clustering: Clustering | undefined =
      factor === undefined ? undefined : { kind: 'measured', phi: factor };
    return {
      startMs,
      endMs,
      stratum,
      treatment: { exposures: exposuresOf(candidate, signal), errors: candidate[signal] },
      control: { exposures: exposuresOf(control, signal), errors: control[signal] },
      ...(clustering === undefined ? {} : { clustering }),
    };
  });
}

function exposuresOf(counts: WaveCounts, signal: WaveSignal): number {
  return signal === 'failedCalls' ? counts.calls : counts.evaluations;
}

/**
 * The signals that have to pass. Every SDK counts evaluations, so that their absence is silence; calls only count where
 * somebody reports them in a stratum that the candidate lives in.
 */
export function requiredSignals(windows: readonly WaveWindow[]): readonly WaveSignal[] {
  const lived = new Set(
    windows.filter(({ candidate }) => candidate.evaluations > 0).map(({ stratum }) => stratum),
  );
  const hasCalls = windows.some(
    ({ stratum, candidate, control }) =>
      candidate.calls > 0 || candidate.failedCalls > 0 || (control.calls > 0 && lived.has(stratum)),
  );
  return WAVE_SIGNALS.filter((signal) => hasCalls || signal !== 'failedCalls');
}
