/** One step of a wave: this share of the instances holds the candidate, for at least this long. */
export interface WaveStage {
  readonly percent: number;
  readonly holdMs: number;
}

export type WaveState =
  | { readonly phase: 'idle' }
  | {
      readonly phase: 'running';
      readonly waveId: string;
      readonly stages: readonly WaveStage[];
      /** Index into `stages`. */
      readonly stage: number;
      readonly startedAtMs: number;
      /** When this stage began. */
      readonly stageSinceMs: number;
    }
  /** Everybody has what the candidate was. */
  | { readonly phase: 'finished'; readonly waveId: string; readonly endedAtMs: number }
  /** Everybody has what was stable before. For good: the next attempt is another wave. */
  | { readonly phase: 'rolled-back'; readonly waveId: string; readonly endedAtMs: number };

export type RunningState = Extract<WaveState, { phase: 'running' }>;

export type WaveEvent =
  | { readonly kind: 'start'; readonly waveId: string; readonly stages: readonly WaveStage[] }
  /** What the judge of waves says, again and again. */
  | {
      readonly kind: 'judged';
      readonly decision: 'hold' | 'advance' | 'roll-back';
      readonly reason: string;
    }
  /** A person takes it one stage on, without waiting for proof, or takes it back. */
  | { readonly kind: 'advance' | 'roll-back'; readonly reason: string };

export type WaveEffect =
  | { readonly kind: 'none' }
  /** Give the candidate to the members of the first stage. */
  | { readonly kind: 'begin' }
  | { readonly kind: 'advance'; readonly stage: number }
  | { readonly kind: 'finish' }
  | { readonly kind: 'roll-back' };

export interface WaveStep {
  readonly state: WaveState;
  readonly effect: WaveEffect;
  /** One sentence: why, or why not. */
  readonly reason: string;
}

export const NO_WAVE: WaveState = { phase: 'idle' };

/** The next state of a wave, what is to be done about it, and why. Pure; an event out of place changes nothing. */
export function moveWave(state: WaveState, event: WaveEvent, nowMs: number): WaveStep {
  if (event.kind === 'start') return start(state, event, nowMs);
  if (state.phase !== 'running') return stay(state, `No wave is running: it is ${state.phase}.`);
  const { reason } = event;
  const wish = event.kind === 'judged' ? event.decision : event.kind;
  if (wish === 'hold') return stay(state, reason);
  if (wish === 'roll-back') return end(state, 'rolled-back', { nowMs, reason });
  const { holdMs } = state.stages[state.stage] as WaveStage;
  // The judge looks at the hold itself; this is the belt to its braces. A person may cut a hold short.
  if (event.kind === 'judged' && !(nowMs - state.stageSinceMs >= holdMs))
    return stay(state, `The stage has not held its ${holdMs} ms yet.`);
  const stage = state.stage + 1;
  if (stage === state.stages.length) return end(state, 'finished', { nowMs, reason });
  return { state: { ...state, stage, stageSinceMs: nowMs }, effect: { kind: 'advance', stage }, reason };
}

function start(
  state: WaveState,
  { waveId, stages }: Extract<WaveEvent, { kind: 'start' }>,
  nowMs: number,
): WaveStep {
  if (state.phase === 'running') return stay(state, `Wave ${state.waveId} is running: one at a time.`);
  if (state.phase !== 'idle' && state.waveId === waveId)
    return stay(state, `Wave ${waveId} is over; a wave begins once.`);
  const problem = whyNoPlan(stages);
  if (problem !== undefined) return stay(state, problem);
  return {
    state: { phase: 'running', waveId, stages, stage: 0, startedAtMs: nowMs, stageSinceMs: nowMs },
    effect: { kind: 'begin' },
    reason: `The wave begins with ${stages[0]?.percent} % of the instances.`,
  };
}

/** Why stages make no wave; `undefined` when they do. */
export function whyNoPlan(stages: readonly WaveStage[]): string | undefined {
  if (stages.length === 0) return 'A wave needs at least one stage.';
  let before = 0;
  for (const { percent, holdMs } of stages) {
    if (!(percent > before && percent <= 100))
      return `The percents of a wave grow from stage to stage, up to 100: ${percent} cannot follow ${before}.`;
    if (!(holdMs >= 0 && Number.isFinite(holdMs)))
      return `A stage holds for a time from 0 ms: ${holdMs} is none.`;
    before = percent;
  }
  return undefined;
}

function stay(state: WaveState, reason: string): WaveStep {
  return { state, effect: { kind: 'none' }, reason };
}

function end(
  { waveId }: RunningState,
  phase: 'finished' | 'rolled-back',
  { nowMs, reason }: { readonly nowMs: number; readonly reason: string },
): WaveStep {
  const kind = phase === 'finished' ? 'finish' : 'roll-back';
  return { state: { phase, waveId, endedAtMs: nowMs }, effect: { kind }, reason };
}

/** The share of instances that may hold the candidate, in percent, besides the lowest. */
export function percentOf(state: WaveState): number {
  if (state.phase === 'finished') return 100;
  return state.phase === 'running' ? (state.stages[state.stage]?.percent ?? 0) : 0;
}
