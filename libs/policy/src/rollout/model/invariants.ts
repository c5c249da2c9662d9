import type { Position, ReachedStage } from '@guidon/engine/model';
import { whyNotApproved } from '../approvals.js';
import { FRESH_WITHIN_MS } from '../guard-readings.js';
import { positionOf } from '../position-of.js';
import type { Observation } from '../rollout-event.js';
import { hasEnded, type RolloutState } from '../rollout-state.js';
import type { Commit } from './rollout-world.js';

/** Names of the reference note, A2. */
export type InvariantId =
  | 'I1'
  | 'I2b'
  | 'I3'
  | 'I4'
  | 'I5'
  | 'I6'
  | 'I7'
  | 'I8'
  | 'I9'
  | 'I10'
  | 'I12'
  | 'I13';

type Check = (commit: Commit) => boolean;

/** Which invariants a write breaks. Judged by the world at the moment of writing, not by what the writer believed. */
export function brokenBy(commit: Commit): readonly InvariantId[] {
  return CHECKS.filter(([, holds]) => !holds(commit)).map(([id]) => id);
}

const CHECKS: readonly (readonly [InvariantId, Check])[] = [
  ['I1', growsOnlyByTheController],
  ['I2b', isNeverRunningWhileKilled],
  ['I3', keepsWhoIsIn],
  ['I4', goesBackToTheLastGood],
  ['I6', goesOneStageAtATime],
  ['I7', keepsTheAlarm],
  ['I8', holdsAndProves],
  ['I9', isFrozenAndStillStops],
  ['I10', isApproved],
  ['I12', isRecordedOnce],
  ['I13', publishesWhatItIs],
];

/** Asked for by several checks of every write, and a state never changes. */
const POSITIONS = new WeakMap<RolloutState, Position>();

function positionIn(state: RolloutState): Position {
  const position = POSITIONS.get(state) ?? positionOf(state);
  POSITIONS.set(state, position);
  return position;
}

function sameReached(one: readonly ReachedStage[], other: readonly ReachedStage[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ stage, parts }, index) => other[index]?.stage === stage && other[index].parts === parts)
  );
}

function sizeOf(state: RolloutState): number {
  const { reached, holdoutParts } = positionIn(state);
  return Math.max(0, ...reached.map(({ parts }) => parts)) - (reached.length === 0 ? 0 : holdoutParts);
}

function hasGrown({ before, after }: Commit): boolean {
  return sizeOf(after.state) > sizeOf(before.state);
}

function seenBy({ event }: Commit): Observation | undefined {
  return event.kind === 'tick' || event.kind === 'advance' ? event.seen : undefined;
}

function growsOnlyByTheController(commit: Commit): boolean {
  if (!hasGrown(commit)) return true;
  const { before, event } = commit;
  const mayGrow = ['scheduled', 'running', 'awaiting-approval'].includes(before.state.phase);
  return mayGrow && !before.isKilled && (event.kind === 'tick' || event.kind === 'advance');
}

function isNeverRunningWhileKilled({ after }: Commit): boolean {
  return !after.isKilled || !['running', 'awaiting-approval', 'scheduled'].includes(after.state.phase);
}

/** While it does not go back, every stage that was reached stays reached, with as many people. */
function keepsWhoIsIn({ before, after }: Commit): boolean {
  if (after.state.phase === 'rolling-back' || hasEnded(after.state) || before.state.run !== after.state.run)
    return true;
  const was = positionIn(before.state);
  const is = positionIn(after.state);
  const prefix = is.reached.slice(0, was.reached.length);
  return sameReached(prefix, was.reached) && is.holdoutParts === was.holdoutParts;
}

function goesBackToTheLastGood({ before, after }: Commit): boolean {
  const { phase, lastGood } = after.state;
  if (phase === 'rolling-back' || phase === 'rolled-back')
    return positionIn(after.state).reached.length === 0 && lastGood === 'before';
  return lastGood === 'before' || phase === 'completed' || before.state.lastGood === 'to';
}

/** One stage at a time, and into a stage that needs it only by an approval of its own. */
function goesOneStageAtATime(commit: Commit): boolean {
  const { before, after } = commit;
  if (after.state.stage > before.state.stage + 1) return false;
  return after.state.consumed.every((id) => {
    const approval = after.approvals.find((one) => one.id === id);
    return approval !== undefined && after.ghost.letIn[id] === approval.stage;
  });
}

/** The reaction is in the write that saw the alarm; a person takes it away and nobody else. */
function keepsTheAlarm(commit: Commit): boolean {
  const { before, after, event } = commit;
  if (hasGrown(commit) && before.ghost.isUnacknowledged) return false;
  if (after.ghost.isUnacknowledged && after.state.alarm === undefined) return false;
  const failed = event.kind === 'tick' && event.seen.guards.some(({ verdict }) => verdict === 'fail');
  return !failed || (after.state.phase !== 'running' && after.state.phase !== 'awaiting-approval');
}

function holdsAndProves(commit: Commit): boolean {
  const { before, after, event, decidedMs } = commit;
  const isLeft = before.state.stage >= 0 && hasGrown(commit);
  const seen = seenBy(commit);
  if (!isLeft || seen === undefined) return true;
  const isFresh = seen.newestDataMs !== undefined && decidedMs - seen.newestDataMs <= FRESH_WITHIN_MS;
  const isProven = seen.guards.length > 0 && seen.guards.every(({ verdict }) => verdict === 'pass');
  // A person may cut the hold short, and nothing else.
  const holdMs = after.state.terms.plan.stages[before.state.stage]?.holdMs ?? 0;
  const hasHeld = event.kind === 'advance' || decidedMs - before.ghost.enteredAtMs >= holdMs;
  return isFresh && isProven && seen.propagation.isDone && hasHeld;
}

function isFrozenAndStillStops(commit: Commit): boolean {
  const { before, after, event, step } = commit;
  const seen = 'seen' in event ? event.seen : undefined;
  const isResumed = before.state.phase === 'paused' && after.state.phase === 'running';
  if (seen?.freeze !== undefined && (hasGrown(commit) || isResumed)) return false;
  if (event.kind === 'pause') return step.isRefused !== true && after.state.phase === 'paused';
  if (event.kind === 'roll-back') return ['rolling-back', 'rolled-back'].includes(after.state.phase);
  return true;
}

function isApproved(commit: Commit): boolean {
  const { before, after, decidedMs } = commit;
  const stage = after.state.terms.plan.stages[after.state.stage];
  if (!hasGrown(commit) || stage?.approval === undefined || after.state.phase !== 'running') return true;
  return before.approvals.some(
    (approval) => whyNotApproved(before.state, stage, { approval, nowMs: decidedMs }) === undefined,
  );
}

/** Nothing but what is being counted changes without a record, and no write has two. */
function isRecordedOnce({ before, after, step }: Commit): boolean {
  const records = step.effects.filter(({ kind }) => kind === 'record').length;
  if (records > 0) return records === 1;
  const names = new Set([...Object.keys(before.state), ...Object.keys(after.state)]) as Set<
    keyof RolloutState
  >;
  names.delete('progress');
  return [...names].every((name) => before.state[name] === after.state[name]);
}

/** What is live is what the row says, and what was taken back does not come again in the same run. */
function publishesWhatItIs({ after }: Commit): boolean {
  const { live, state } = after;
  if (!state.isInFile) return live === undefined;
  return sameReached(live?.reached ?? [], positionIn(state).reached);
}
