import { judgeWave, type WaveCounts, type WaveDecision, type WaveWindow } from '@guidon/policy/guards';
import { moveWave, type WaveEffect } from '@guidon/policy/waves';
import type { WaveDocument, WaveEvidence } from '@guidon/protocol';
import { type InstanceTotals, type UsageWindow, WINDOW_MS } from '../usage/index.js';
import { armsOf, type WaveFleet } from './wave-arms.js';
import type { RunningWave } from './wave-board.js';
import type { WaveMemory, WavePhi } from './wave-memory.js';

/** What was reported since a wave began. */
export interface WaveUsage extends WaveFleet {
  readonly windows: readonly UsageWindow[];
  readonly totals: readonly InstanceTotals[];
}

export interface WaveAssessment {
  readonly wave: RunningWave;
  readonly members: WaveDocument['members'];
  readonly decision: Pick<WaveDecision, 'decision' | 'cause' | 'reason'>;
  readonly evidence: WaveEvidence;
  /** What is to be done now. */
  readonly effect: WaveEffect;
  /** The instance to let in, where nobody is in the wave. */
  readonly admit?: string;
}

/** Judges a wave by what was reported. Pure, but for what the memory keeps. */
export function assessWave(
  wave: RunningWave,
  usage: WaveUsage,
  at: { readonly memory: WaveMemory; readonly nowMs: number },
): WaveAssessment {
  const { memory, nowMs } = at;
  const { admit, ...arms } = armsOf(wave, usage, memory);
  const decision = judgeWave({
    ...arms,
    windows: windowsOf(usage, memory),
    sinceMs: wave.stageSinceMs,
    holdMs: wave.stages[wave.stage]?.holdMs ?? Number.NaN,
    nowMs,
  });
  const step = moveWave(stateOf(wave), { kind: 'judged', ...decision }, nowMs);
  return {
    wave,
    members: {
      candidate: arms.candidate.length,
      adopted: arms.candidate.filter(({ applied }) => applied === 'ok').length,
      control: arms.control.length,
    },
    decision,
    evidence: evidenceOf(decision),
    effect: step.effect,
    ...(admit === undefined ? {} : { admit }),
  };
}

/** The wave as its machine sees it. */
export function stateOf({ waveId, stages, stage, startedAtMs, stageSinceMs }: RunningWave) {
  return { phase: 'running', waveId, stages, stage, startedAtMs, stageSinceMs } as const;
}

const NOTHING: WaveCounts = {
  evaluations: 0,
  evaluationErrors: 0,
  defaultsServed: 0,
  calls: 0,
  failedCalls: 0,
};

/** Both arms side by side, window by window. Counts of rulesets that belong to neither are left out. */
function windowsOf({ windows, totals }: WaveUsage, memory: WaveMemory): readonly WaveWindow[] {
  const phi: WavePhi = memory.measure(totals);
  const byEnd = new Map<number, { candidate: WaveCounts; control: WaveCounts }>();
  for (const window of windows) {
    const arm = memory.armOf(window);
    if (arm === undefined) continue;
    const arms = byEnd.get(window.endMs) ?? { candidate: NOTHING, control: NOTHING };
    byEnd.set(window.endMs, { ...arms, [arm]: addCounts(arms[arm], window) });
  }
  return [...byEnd].map(([endMs, arms]) => ({
    startMs: endMs - WINDOW_MS,
    endMs,
    stratum: 'fleet',
    ...arms,
    phi,
  }));
}

function addCounts(a: WaveCounts, b: WaveCounts): WaveCounts {
  return {
    evaluations: a.evaluations + b.evaluations,
    evaluationErrors: a.evaluationErrors + b.evaluationErrors,
    defaultsServed: a.defaultsServed + b.defaultsServed,
    calls: a.calls + b.calls,
    failedCalls: a.failedCalls + b.failedCalls,
  };
}

const NAMED_INSTANCES = 20;

function evidenceOf({ instances, signals }: WaveDecision): WaveEvidence {
  const rows = Object.entries(signals).map(([signal, { verdict, cause, reason, evidence }]) => {
    const { treatment: candidate, control, harm, alarmAt, phi } = evidence;
    return [signal, { verdict, cause, reason, candidate, control, harm, alarmAt, phi }] as const;
  });
  return { instances: instances.slice(0, NAMED_INSTANCES), signals: Object.fromEntries(rows) };
}
