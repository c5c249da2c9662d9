import { whyNotAdoptable } from './changed-terms.js';
import type { EventOf } from './rollout-event.js';
import type { RolloutState } from './rollout-state.js';
import { type Moment, moved, notify, publish, type RolloutStep, refused } from './rollout-step.js';
import { clock } from './sentences.js';
import { freshProgress } from './turns.js';

/** On with the same stage, which holds from the beginning. Only a person does this. */
export function resume(moment: Moment, state: RolloutState, event: EventOf<'resume'>): RolloutStep {
  const { nowMs } = moment;
  const why = whyNotResumed(state, event, nowMs);
  if (why !== undefined) return refused(state, why);
  const terms = state.offered ?? state.terms;
  const { pause, offered, stranded: _stranded, ...rest } = state;
  const stage =
    event.stage === undefined ? state.stage : terms.plan.stages.findIndex(({ id }) => id === event.stage);
  const next: RolloutState = {
    ...rest,
    terms,
    phase: stage < 0 ? 'scheduled' : 'running',
    stage,
    ...(offered === undefined ? {} : { epochMs: nowMs }),
    ...(pause?.reason === 'deadline' ? { deadlineFromMs: nowMs } : {}),
    ...(stage >= 0 && state.deadlineFromMs === undefined ? { deadlineFromMs: nowMs } : {}),
    progress: freshProgress(nowMs, event.reason),
  };
  const isMoved = offered !== undefined || state.stranded !== undefined;
  const published = isMoved && stage >= 0 ? [publish(next)] : [];
  return moved(moment, {
    transition: 'resumed',
    state: next,
    reason: event.reason,
    effects: [...published, notify('resumed', event.reason)],
  });
}

function whyNotResumed(state: RolloutState, event: EventOf<'resume'>, nowMs: number): string | undefined {
  const { phase, alarm, offered, isInFile } = state;
  const { freeze, timezone } = event.seen;
  if (phase !== 'paused') return `It is ${phase}: only a paused rollout is resumed.`;
  if (!isInFile) return 'The flag file has no rollout any more.';
  if (state.isKilled || event.seen.isKilled) return 'The flag is killed: revive it first.';
  if (alarm !== undefined) return `Acknowledge the alarm of '${alarm.guard}' first: ${alarm.sentence}`;
  if (freeze !== undefined)
    return `Frozen until ${clock(freeze.untilMs, timezone, nowMs)} (${freeze.reason}): resume it then.`;
  const elsewhere = whyNotThere(state, event.stage);
  if (elsewhere !== undefined) return elsewhere;
  if (offered === undefined) return undefined;
  if (event.planHash !== offered.planHash)
    return `The flag file has another plan by now: resume with the hash of the plan that you mean, ${offered.planHash}.`;
  return whyNotAdoptable(state.terms, offered, state.stage);
}

/** A stage is named only where nobody but a person knows in which one it was, and never to let it grow. */
function whyNotThere(state: RolloutState, named: string | undefined): string | undefined {
  const ids = (state.offered ?? state.terms).plan.stages.map(({ id }) => id);
  const { stage } = state;
  if (state.pause?.reason !== 'position-lost')
    return named === undefined || named === ids[stage]
      ? undefined
      : 'It goes on with the stage that it was paused in. To go on from another one, advance it there.';
  if (named === undefined)
    return stage >= 0 ? undefined : `Say at which stage it stood (${ids.join(', ')}), or roll it back.`;
  if (!ids.includes(named)) return `The plan has no stage '${named}': it has ${ids.join(', ')}.`;
  return stage >= 0 && ids.indexOf(named) > stage
    ? `It seems to stand at '${ids[stage]}': resume it there, and let it go on from there.`
    : undefined;
}
