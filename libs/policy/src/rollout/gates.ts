import { nextAdmissible, type Stage } from '@guidon/engine/model';
import { whyNotApproved } from './approvals.js';
import { alarmIn, whyNotHealthy, whyNotProven } from './guard-readings.js';
import type { Observation, RolloutApproval } from './rollout-event.js';
import type { RolloutState, StageStatus, WaitingFor } from './rollout-state.js';
import { clock, share, span } from './sentences.js';

export interface GateQuestion {
  readonly state: RolloutState;
  readonly seen: Observation;
  readonly nowMs: number;
  /** A person takes it on: the rest of the hold and closed windows do not count. */
  readonly isByHand?: true;
}

/** What keeps a rollout in its stage. */
export interface ShutGate {
  readonly status: StageStatus;
  readonly reason: string;
  readonly waitingFor: WaitingFor;
}

type Gate = (question: GateQuestion) => ShutGate | undefined;

export type GateAnswer =
  | { readonly shut: ShutGate }
  | { readonly shut?: undefined; readonly approval?: RolloutApproval };

/** The first gate of the stage that is shut, in the order of A2: nobody is asked before there is something to agree to. */
export function askGates(question: GateQuestion): GateAnswer {
  for (const gate of [propagationGate, holdGate, evidenceGate, freezeGate, windowGate]) {
    const shut = gate(question);
    if (shut !== undefined) return { shut };
  }
  return approvalGate(question);
}

/** What keeps a scheduled rollout from its first stage. */
export function whyNotStarted(question: GateQuestion): ShutGate | undefined {
  const { state, seen, nowMs } = question;
  const { alarm, terms } = state;
  if (state.isKilled)
    return {
      status: 'ready',
      reason: 'The flag is killed, so its rollout does not begin.',
      waitingFor: { kind: 'person', act: 'revive' },
    };
  if (alarm !== undefined)
    return {
      status: 'ready',
      reason: `Nobody has acknowledged the alarm of '${alarm.guard}' yet.`,
      waitingFor: { kind: 'person', act: 'acknowledge' },
    };
  const failing = alarmIn(seen);
  if (failing !== undefined)
    return {
      status: 'ready',
      reason: `Does not begin, because guard '${failing.id}' raises an alarm before anybody has it: ${failing.reason}`,
      waitingFor: { kind: 'evidence', guard: failing.id },
    };
  if (terms.startMs !== undefined && nowMs < terms.startMs)
    return {
      status: 'ready',
      reason: `Begins at ${clock(terms.startMs, seen.timezone, nowMs)}.`,
      waitingFor: { kind: 'start', atMs: terms.startMs },
    };
  return freezeGate(question) ?? windowGate(question);
}

const propagationGate: Gate = ({ state, seen: { propagation } }) => {
  if (propagation.isDone) return undefined;
  const reason = `Waits until everybody who should has '${stageOf(state).id}': ${propagation.reason}`;
  return { status: 'propagating', reason, waitingFor: { kind: 'propagation', sentence: propagation.reason } };
};

const holdGate: Gate = ({ state, seen, nowMs, isByHand }) => {
  const { id, holdMs } = stageOf(state);
  const { creditMs, countedAtMs } = state.progress;
  if (isByHand || creditMs >= holdMs) return undefined;
  const untilMs = nowMs + holdMs - creditMs;
  const done = `${share(creditMs, holdMs)} done`;
  const unhealthy = whyNotHealthy({ plan: state.terms.plan, stage: state.stage, seen, nowMs });
  const reason =
    countedAtMs === undefined && unhealthy !== undefined
      ? `Holds '${id}', and the time does not count now, because ${unhealthy.sentence}. ${done}.`
      : `Holds '${id}' until ${clock(untilMs, seen.timezone, nowMs)}: ${done}.`;
  return {
    status: 'holding',
    reason,
    waitingFor: { kind: 'hold', doneMs: creditMs, neededMs: holdMs, untilMs },
  };
};

const evidenceGate: Gate = ({ state, seen, nowMs }) => {
  const { id } = stageOf(state);
  const unproven = whyNotProven({ plan: state.terms.plan, stage: state.stage, seen, nowMs });
  if (unproven === undefined) return undefined;
  const { sentence, ...figures } = unproven;
  return {
    status: 'proving',
    reason: `Stays in '${id}' for want of evidence: ${endSentence(sentence)}`,
    waitingFor: { kind: 'evidence', ...figures },
  };
};

const freezeGate: Gate = ({ seen: { freeze, timezone }, nowMs }) => {
  if (freeze === undefined) return undefined;
  const { untilMs, reason } = freeze;
  return {
    status: 'ready',
    reason: `Does not grow before ${clock(untilMs, timezone, nowMs)}, when the freeze ends (${reason}).`,
    waitingFor: { kind: 'freeze', untilMs },
  };
};

const windowGate: Gate = ({ state, seen: { timezone }, nowMs, isByHand }) => {
  const { windows } = state.terms.plan;
  const opensMs = nextAdmissible(nowMs, { windows, timezone, freezes: [] });
  if (opensMs === nowMs || isByHand) return undefined;
  if (opensMs === undefined)
    return { status: 'ready', reason: 'No window of the plan ever opens.', waitingFor: { kind: 'window' } };
  const reason = `Waits for the next window, which opens at ${clock(opensMs, timezone, nowMs)}, in ${span(opensMs - nowMs)}.`;
  return { status: 'ready', reason, waitingFor: { kind: 'window', opensMs } };
};

/** Last of all, so that whoever approves sees a stage that has done all that it can. */
function approvalGate({ state, seen, nowMs }: GateQuestion): GateAnswer {
  const next = state.terms.plan.stages[state.stage + 1];
  if (next?.approval === undefined) return {};
  const valid = seen.approvals.find(
    (approval) => whyNotApproved(state, next, { approval, nowMs }) === undefined,
  );
  if (valid !== undefined) return { approval: valid };
  const newest = seen.approvals.filter(({ stage }) => stage === next.id).at(-1);
  const why = newest === undefined ? undefined : whyNotApproved(state, next, { approval: newest, nowMs });
  const shut: ShutGate = {
    status: 'ready',
    reason: `Waits for somebody of ${next.approval} to approve '${next.id}'.${why === undefined ? '' : ` An approval is there and does not count. ${why}`}`,
    waitingFor: { kind: 'approval', team: next.approval, stage: next.id },
  };
  return { shut };
}

export function stageOf({ terms, stage }: Pick<RolloutState, 'terms' | 'stage'>): Stage {
  return terms.plan.stages[stage] as Stage;
}

function endSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
