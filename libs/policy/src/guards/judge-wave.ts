import { decideWithoutFleet, type StepTimes } from './decide-without-fleet.js';
import { judgeErrorRatio } from './judge-error-ratio.js';
import { judgeSignal, type SignalVerdict } from './judge-signal.js';
import {
  errorWindows,
  RATIO_TESTS,
  requiredSignals,
  WAVE_DEFAULTS,
  type WaveInstance,
  type WaveSettings,
  type WaveSignal,
  type WaveWindow,
} from './wave-health.js';
import { ids, isLost, isPending, names, silentBeyondChurn, sinceToldMs } from './wave-instances.js';

export interface WaveInput extends StepTimes {
  /** Who is in the wave, at this step of it. */
  readonly candidate: readonly WaveInstance[];
  /** Who still serves the stable ruleset. Empty where there is nobody else. */
  readonly control: readonly WaveInstance[];
  /** Any instance of the environment was heard of lately and has not said goodbye, or holds a stream. */
  readonly isFleetKnown: boolean;
  /** Everything counted since the first step of the wave: evidence is kept from step to step. */
  readonly windows: readonly WaveWindow[];
  readonly settings?: Partial<WaveSettings>;
}

export type WaveCause =
  | 'rejected'
  | 'worse'
  | 'lost'
  | 'silent'
  | 'pending'
  | 'malformed'
  | 'empty'
  | 'holding'
  | 'no-data'
  | 'unproven'
  | 'passed';

export interface WaveDecision {
  readonly decision: 'hold' | 'advance' | 'roll-back';
  readonly cause: WaveCause;
  /** One sentence, for the audit entry, the log and the console. */
  readonly reason: string;
  /** The instances that the reason is about. */
  readonly instances: readonly string[];
  readonly signals: { readonly [S in WaveSignal]?: SignalVerdict };
}

/** A step of the decision: it decides, or leaves it to the next. */
type Step = Pick<WaveDecision, 'decision' | 'cause' | 'reason'> & { readonly instances?: readonly string[] };

interface Judged {
  readonly input: WaveInput;
  readonly settings: WaveSettings;
  readonly signals: ReadonlyMap<WaveSignal, SignalVerdict>;
}

/**
 * Whether a wave waits, goes on to more instances, or is taken back from those that have it. Harm takes it back at any
 * time; it goes on only after its hold, with data that is there, fresh and not bad. Source: reference note on
 * rollouts, A4.1 to A4.3 and A4.5.
 */
export function judgeWave(input: WaveInput): WaveDecision {
  const settings = { ...WAVE_DEFAULTS, ...input.settings };
  const hasControl = input.control.length > 0;
  const signals = new Map(
    requiredSignals(input.windows).map((signal) => [
      signal,
      judgeSignal(errorWindows(input.windows, signal), { ...settings, nowMs: input.nowMs, hasControl }),
    ]),
  );
  const judged = { input, settings, signals };
  const step = findHarm(judged) ?? findGap(judged) ?? decideTime(judged);
  return { instances: [], ...step, signals: Object.fromEntries(signals) };
}

/** What takes the wave back, hold or not. */
function findHarm({ input, settings, signals }: Judged): Step | undefined {
  const broken = input.candidate.filter(({ applied }) => applied === 'rejected' || applied === 'quarantined');
  if (broken[0] !== undefined)
    return {
      decision: 'roll-back',
      cause: 'rejected',
      reason: `${names(broken)} ${broken[0].applied} the ruleset${broken[0].rejection === undefined ? '' : `: ${broken[0].rejection}`}.`,
      instances: ids(broken),
    };
  for (const [signal, { verdict, reason }] of signals)
    if (verdict === 'fail')
      return { decision: 'roll-back', cause: 'worse', reason: `${TITLES[signal]}: ${reason}` };
  return findLost({ input, settings, signals }) ?? findLongSilence({ input, settings, signals });
}

/** Crashes hide from counters, so instances that fell silent or started anew are counted like errors. */
function findLost({ input, settings }: Judged): Step | undefined {
  const arm = (instances: readonly WaveInstance[]) => ({
    exposures: instances.length,
    errors: instances.filter((instance) => isLost(instance, input, settings.silentAfterMs)).length,
  });
  const window = {
    startMs: input.nowMs - 1,
    endMs: input.nowMs,
    stratum: 'instances',
    treatment: arm(input.candidate),
    control: arm(input.control),
  };
  const test = { alpha: settings.alpha / RATIO_TESTS, minErrors: 1 };
  const { verdict, reason } = judgeErrorRatio([window], test, input.nowMs);
  if (verdict !== 'fail') return undefined;
  const lost = input.candidate.filter((instance) => isLost(instance, input, settings.silentAfterMs));
  return {
    decision: 'roll-back',
    cause: 'lost',
    reason: `Instances that fell silent or started anew: ${reason}`,
    instances: ids(lost),
  };
}

function findLongSilence({ input, settings }: Judged): Step | undefined {
  const limitMs = settings.silenceLimitMs;
  const { silenceRatio } = settings;
  const silent = silentBeyondChurn(input, { limitMs, silenceRatio });
  const gone = input.candidate.filter(
    (instance) =>
      silent.includes(instance) ||
      (isPending(instance, input, settings.silentAfterMs) && sinceToldMs(instance, input) > limitMs),
  );
  if (gone.length === 0) return undefined;
  return {
    decision: 'roll-back',
    cause: 'silent',
    reason: `${names(gone)} did not answer for the new ruleset within ${limitMs / 1000} s.`,
    instances: ids(gone),
  };
}

/** What is missing, so that the wave has to wait whatever the time. */
function findGap({ input, settings, signals }: Judged): Step | undefined {
  const times = [input.sinceMs, input.holdMs, input.nowMs];
  if (!times.every(Number.isFinite) || input.holdMs < 0)
    return hold('malformed', `The times of the wave cannot be: begun, hold, now are ${times.join(', ')}.`);
  if (input.candidate.length === 0)
    return input.isFleetKnown ? hold('empty', NOBODY) : decideWithoutFleet(input);
  const { silentAfterMs: limitMs, silenceRatio } = settings;
  const silent = silentBeyondChurn(input, { limitMs, silenceRatio });
  if (silent.length > 0)
    return {
      ...hold('silent', `${names(silent)} said nothing for ${settings.silentAfterMs / 1000} s or longer.`),
      instances: ids(silent),
    };
  const pending = input.candidate.filter((instance) => isPending(instance, input, settings.silentAfterMs));
  if (pending.length > 0)
    return {
      ...hold('pending', `${names(pending)} did not say yet that the ruleset is in use.`),
      instances: ids(pending),
    };
  for (const [signal, { verdict, reason }] of signals)
    if (verdict === 'error') return hold('malformed', `${TITLES[signal]}: ${reason}`);
  return undefined;
}

function decideTime({ input, settings, signals }: Judged): Step {
  const elapsedMs = input.nowMs - input.sinceMs;
  if (!(elapsedMs >= input.holdMs))
    return hold('holding', `The wave has held ${elapsedMs} of ${input.holdMs} ms.`);
  const open = [...signals].filter(([, { verdict }]) => verdict !== 'pass');
  const [first, ...others] = open;
  if (first === undefined)
    return {
      decision: 'advance',
      cause: 'passed',
      reason: `The hold of ${input.holdMs} ms is over and no signal is worse than its bound.`,
    };
  const absent = open.find(([, { cause }]) => cause !== 'unproven');
  if (absent !== undefined) return hold('no-data', `${TITLES[absent[0]]}: ${absent[1].reason}`);
  const sentence = `${TITLES[first[0]]}: ${first[1].reason}`;
  if (!(elapsedMs >= settings.unprovenAfterMs)) return hold('unproven', sentence);
  return {
    decision: 'advance',
    cause: 'unproven',
    reason: `${[first, ...others].length} signals are without proof after ${elapsedMs} ms, and none is bad. ${sentence}`,
  };
}

const NOBODY =
  'No instance that reports is in the wave, although there are instances, so nothing can be proved: advance it by hand or roll it back.';

const TITLES: { readonly [S in WaveSignal]: string } = {
  evaluationErrors: 'Evaluation errors',
  defaultsServed: 'Defaults served',
  failedCalls: 'Failed calls',
};

function hold(cause: WaveCause, reason: string): Step {
  return { decision: 'hold', cause, reason };
}
