import type { Outcome, Stage } from '@guidon/engine/model';
import { type JudgedGuard } from '@guidon/policy/guards';
import { type Observation, positionOf, type WaitingFor } from '@guidon/policy/rollout';
import type {
  RolloutDocument,
  RolloutEventDocument,
  RolloutGuardDocument,
  RolloutSummary,
  RolloutWaitingFor,
} from '@guidon/protocol';
import type { StoredEvent, StoredRollout } from './rollout.repository.js';
import { evidenceOf } from './rollout-audit.js';
import { everyonePercent } from './rollout-marks.js';
import { stageDocument, stageName } from './stage-document.js';

/** What the flag file says of a flag, as far as documents tell it. */
export interface FlagFacts {
  readonly owner: string;
  readonly path?: string;
  readonly planName?: string;
}

export function rolloutId({ environment, flag }: Pick<StoredRollout, 'environment' | 'flag'>): string {
  return `${environment}.${flag}`;
}

export function rolloutSummary(row: StoredRollout, { owner }: Pick<FlagFacts, 'owner'>): RolloutSummary {
  const { environment, flag, state, movedVersion } = row;
  const { phase, run, stage, progress, isKilled, terms } = state;
  const stageId = terms.plan.stages[stage]?.id;
  return {
    ...{ id: rolloutId(row), flag, environment, owner, phase, run, stage },
    killed: isKilled,
    to: outcomeText(terms.to),
    stageCount: terms.plan.stages.length,
    ...(stageId === undefined ? {} : { stageId }),
    stages: terms.plan.stages.map(stageName),
    percent: everyonePercent(positionOf(state)),
    reason: progress.reason,
    since: time(state.pause?.sinceMs ?? progress.sinceMs),
    waitingFor: waitingFor(progress.waitingFor),
    version: movedVersion,
  };
}

/** A rollout with everything that is seen of it now. */
export interface RolloutSeen {
  readonly row: StoredRollout;
  readonly flag: FlagFacts;
  readonly seen: Observation;
  readonly guards: readonly JudgedGuard[];
  readonly timeline: readonly StoredEvent[];
}

export function rolloutDocument({ row, flag, seen, guards, timeline }: RolloutSeen): RolloutDocument {
  const { state } = row;
  const { terms, file, alarm, offered, epochMs } = state;
  const { holdoutParts, windows, deadlineMs } = terms.plan;
  return {
    ...rolloutSummary(row, flag),
    plan: {
      ...(flag.planName === undefined ? {} : { name: flag.planName }),
      hash: terms.planHash,
      stages: terms.plan.stages.map((stage, index) => stageDocument(stage, { state, index })),
      holdoutPercent: holdoutParts / 1000,
      windows,
      ...(deadlineMs === undefined ? {} : { deadlineMs }),
    },
    file: { ...(flag.path === undefined ? {} : { path: flag.path }), ...file },
    ...(alarm === undefined
      ? {}
      : { alarm: { guard: alarm.guard, sentence: alarm.sentence, since: time(alarm.sinceMs) } }),
    ...(offered === undefined
      ? {}
      : {
          offered: {
            hash: offered.planHash,
            reasons: state.pause === undefined ? [] : [state.pause.sentence],
          },
        }),
    guards: guards.map(guardDocument),
    propagation: { done: seen.propagation.isDone, reason: seen.propagation.reason },
    evidenceSince: time(epochMs),
    ...(seen.newestDataMs === undefined ? {} : { newestData: time(seen.newestDataMs) }),
    timeline: timeline.map(eventDocument),
  };
}

export function eventDocument({ sequence, record }: StoredEvent): RolloutEventDocument {
  const { atMs, transition, actor, cause, before, after } = record;
  const evidence = evidenceOf(record);
  return {
    sequence,
    at: time(atMs),
    transition,
    actor:
      actor.kind === 'controller' ? 'guidon' : actor.kind === 'person' ? actor.name : `commit ${actor.id}`,
    cause,
    ...(before === undefined ? {} : { from: { phase: before.phase } }),
    to: { phase: after.phase },
    ...(evidence === undefined ? {} : { evidence }),
  };
}

/** The same with the names of stages, which records do not repeat. */
export function namedEvent(event: StoredEvent, stages: readonly Stage[]): RolloutEventDocument {
  const document = eventDocument(event);
  const { before, after } = event.record;
  const place = (standing: typeof after) => {
    const stageId = stages[standing.stage]?.id;
    return { phase: standing.phase, ...(stageId === undefined ? {} : { stageId }) };
  };
  return { ...document, ...(before === undefined ? {} : { from: place(before) }), to: place(after) };
}

function guardDocument({
  id,
  type,
  onAlarm,
  verdict,
  cause,
  reason,
  evidence,
}: JudgedGuard): RolloutGuardDocument {
  return { id, type, onAlarm, verdict, cause, reason, evidence: { ...evidence } };
}

function waitingFor(waiting: WaitingFor): RolloutWaitingFor {
  switch (waiting.kind) {
    case 'start':
      return { kind: 'start', at: time(waiting.atMs) };
    case 'hold': {
      const { doneMs, neededMs, untilMs } = waiting;
      return { kind: 'hold', doneMs, neededMs, until: time(untilMs) };
    }
    case 'freeze':
      return { kind: 'freeze', until: time(waiting.untilMs) };
    case 'window':
      return waiting.opensMs === undefined
        ? { kind: 'window' }
        : { kind: 'window', opens: time(waiting.opensMs) };
    default:
      return waiting;
  }
}

/** A variant by its name, a split in words. */
export function outcomeText(outcome: Outcome): string {
  if ('serve' in outcome) return outcome.serve;
  const { arms, total } = outcome.split;
  const percent = (weight: number) => Math.round((weight / total) * 100_000) / 1000;
  return `a split of ${arms.map(([variant, weight]) => `${percent(weight)} % ${variant}`).join(', ')}`;
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
