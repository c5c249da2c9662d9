import type { Plan, Position } from '@guidon/engine/model';
import { declareRollout } from '../declare-rollout.js';
import { moveRollout } from '../move-rollout.js';
import type { Observation, RolloutApproval, RolloutEvent } from '../rollout-event.js';
import type { RolloutState } from '../rollout-state.js';
import type { RolloutRecord, RolloutStep } from '../rollout-step.js';
import { createTerms, FILE, reading, SMALL_PLAN, seenAt } from './create-rollout.js';

/** One step of the clock; also the hold of each stage of the model's plan and the time between two ticks. */
export const UNIT_MS = 600_000;

/** Two stages of three need an approval, so that one could be used for the other. */
export const MODEL_PLAN: Plan = {
  ...SMALL_PLAN,
  stages: [
    { id: 'one', parts: 5000, holdMs: UNIT_MS },
    { id: 'two', parts: 50_000, holdMs: UNIT_MS, approval: 'releases' },
    { id: 'three', parts: 100_000, holdMs: UNIT_MS, approval: 'releases' },
  ],
};

/** The same without approvals, so that nothing but time and evidence keeps it in a stage, and with longer holds. */
export const PLAIN_PLAN: Plan = {
  ...MODEL_PLAN,
  stages: MODEL_PLAN.stages.map(({ id, parts }) => ({
    id,
    holdMs: 2 * UNIT_MS,
    ...(parts === undefined ? {} : { parts }),
  })),
};

/** What a controller has read, and decides on. */
export interface Glimpse {
  readonly state: RolloutState;
  readonly version: number;
  readonly seen: Observation;
  readonly nowMs: number;
}

/** What really happened, kept beside the machine so that its own memory is not believed. */
export interface Ghost {
  /** When the present stage was really entered or resumed. */
  readonly enteredAtMs: number;
  /** A guard was seen to fail, and no person has acknowledged it. */
  readonly isUnacknowledged: boolean;
  /** The stage that each approval has let the rollout into. */
  readonly letIn: { readonly [approval: string]: string };
}

/** A row in a database, two controllers that read and then write, people, and what can be seen of the fleet. */
export interface World {
  readonly nowMs: number;
  readonly state: RolloutState;
  readonly version: number;
  readonly isKilled: boolean;
  readonly isFrozen: boolean;
  readonly isStale: boolean;
  readonly isFailing: boolean;
  readonly isLagging: boolean;
  readonly approvals: readonly RolloutApproval[];
  readonly glimpses: readonly (Glimpse | undefined)[];
  readonly leader: 0 | 1 | 'both';
  readonly live?: Position;
  readonly ghost: Ghost;
  readonly log: readonly RolloutRecord[];
}

/** What a seeded mistake changes: the machine, what a write is compared by, or what a kill does to the version. */
export interface Rules {
  readonly move: typeof moveRollout;
  readonly accepts: (world: World, glimpse: Glimpse) => boolean;
  readonly killBumps: boolean;
}

export const RIGHT_RULES: Rules = {
  move: moveRollout,
  accepts: (world, { version }) => version === world.version,
  killBumps: true,
};

/** One write to the row, as it was when it was written over. */
export interface Commit {
  readonly before: World;
  readonly after: World;
  readonly event: RolloutEvent;
  readonly step: RolloutStep;
  /** When the decision was taken. */
  readonly decidedMs: number;
}

export function firstWorld(leader: World['leader'], plan: Plan = MODEL_PLAN): World {
  const event = {
    kind: 'declared',
    terms: createTerms({ plan }),
    file: FILE,
    hasServedTo: false,
    commit: 'c0',
  } as const;
  const { state, effects } = declareRollout(event, 0);
  return {
    nowMs: 0,
    state,
    version: 1,
    isKilled: false,
    isFrozen: false,
    isStale: false,
    isFailing: false,
    isLagging: false,
    approvals: [],
    glimpses: [undefined, undefined],
    leader,
    ghost: { enteredAtMs: 0, isUnacknowledged: false, letIn: {} },
    log: effects.flatMap((effect) => (effect.kind === 'record' ? [effect.record] : [])),
  };
}

export function observe(world: World): Observation {
  const { nowMs, isKilled, isFrozen, isStale, isFailing, isLagging, approvals } = world;
  return seenAt(nowMs, {
    isKilled,
    ...(isFrozen ? { freeze: { untilMs: nowMs + UNIT_MS, reason: 'Black Friday' } } : {}),
    newestDataMs: isStale ? nowMs - UNIT_MS : nowMs,
    guards: [reading(isFailing ? { verdict: 'fail', onAlarm: 'pause', reason: 'Too many fail.' } : {})],
    propagation: { isDone: !isLagging, reason: isLagging ? '2 of 9 lack it.' : 'Everybody has it.' },
    approvals,
    periodMs: UNIT_MS,
  });
}

export interface Decision {
  readonly event: RolloutEvent;
  readonly step: RolloutStep;
  readonly decidedMs: number;
}

/** Writes a decision over whatever the row is now. */
export function commit(before: World, { event, step, decidedMs }: Decision): Commit {
  const moved = { ...before, state: step.state, version: before.version + 1 };
  const after = step.effects.reduce(apply, {
    ...moved,
    ghost: ghostAfter(before, { event, step, decidedMs }),
  });
  return { before, after, event, step, decidedMs };
}

function apply(world: World, effect: RolloutStep['effects'][number]): World {
  if (effect.kind === 'record') return { ...world, log: [...world.log, effect.record] };
  if (effect.kind === 'publish') return { ...world, live: effect.position };
  if (effect.kind === 'keep-approval') return { ...world, approvals: [...world.approvals, effect.approval] };
  if (effect.kind !== 'withdraw') return world;
  const { live: _live, ...rest } = world;
  return rest;
}

function ghostAfter({ state, nowMs, ghost }: World, { event, step }: Decision): Ghost {
  const { state: next } = step;
  const isEntered = next.stage !== state.stage || (state.phase === 'paused' && next.phase !== 'paused');
  const isAcknowledged = event.kind === 'acknowledge' && step.isRefused === undefined;
  const isSeen =
    event.kind === 'tick' && event.seen.guards.some(({ verdict }) => verdict === 'fail') && isLive(state);
  const used = next.consumed.filter((id) => !state.consumed.includes(id));
  const stage = next.terms.plan.stages[next.stage]?.id ?? '';
  return {
    enteredAtMs: isEntered ? nowMs : ghost.enteredAtMs,
    isUnacknowledged: !isAcknowledged && (ghost.isUnacknowledged || isSeen),
    letIn: { ...ghost.letIn, ...Object.fromEntries(used.map((id) => [id, stage])) },
  };
}

/** Somebody has it, and it may still go back. */
function isLive({ phase, stage }: RolloutState): boolean {
  return stage >= 0 && (phase === 'running' || phase === 'awaiting-approval' || phase === 'paused');
}
