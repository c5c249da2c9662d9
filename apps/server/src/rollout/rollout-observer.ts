import { freezeAt } from '@guidon/engine/diff';
import { type JudgedGuard, judgeGuards } from '@guidon/policy/guards';
import {
  type Conditions,
  hasEnded,
  type Observation,
  type RolloutApproval,
  type RolloutState,
} from '@guidon/policy/rollout';
import type { LiveCatalog, ReplicaBoard } from '../catalog/index.js';
import type { Clock } from '../kernel/clock/index.js';
import type { UsageStore } from '../usage/index.js';
import type { GuardEvidenceReader } from './guard-evidence.js';
import { withoutAnswer } from './prometheus/prometheus-guards.js';
import { type Audience, healthArmsOf, judgePropagation } from './propagation.js';
import type { StoredRollout } from './rollout.repository.js';
import { epochsOf, type RolloutMark } from './rollout-marks.js';

/** A row with what was read beside it in one transaction. */
export interface RolloutRead {
  readonly row: StoredRollout;
  readonly isKilled: boolean;
  readonly approvals: readonly RolloutApproval[];
  /** Of the present run, the oldest first. */
  readonly marks: readonly RolloutMark[];
}

export interface RolloutSight {
  readonly seen: Observation;
  readonly guards: readonly JudgedGuard[];
}

export interface RolloutObserverParts {
  readonly live: Pick<LiveCatalog, 'current' | 'snapshot'>;
  readonly usage: Pick<UsageStore, 'instances' | 'flush'>;
  readonly replicas: Pick<ReplicaBoard, 'read'>;
  readonly evidence: Pick<GuardEvidenceReader, 'of'>;
  readonly clock: Clock;
}

/** Between two looks of the controller; reports come every ten seconds. */
export const LOOK_MS = 5_000;

/** What the controller sees when it looks at a rollout. What cannot be read is never taken for good news. */
export class RolloutObserver {
  constructor(private readonly parts: RolloutObserverParts) {}

  conditions(environment: string, isKilled: boolean): Conditions {
    const { live, clock } = this.parts;
    const project = live.snapshot()?.project;
    const freeze = project === undefined ? undefined : freezeAt(project, environment, clock.nowMs());
    return {
      isKilled,
      timezone: project?.timezone ?? 'UTC',
      ...(freeze === undefined ? {} : { freeze: { untilMs: freeze.toMs, reason: freeze.reason } }),
    };
  }

  /** `fixes`: for a decision of the controller, not only to look. */
  async observe(read: RolloutRead, { fixes = false } = {}): Promise<RolloutSight> {
    const { row, isKilled, approvals } = read;
    const conditions = this.conditions(row.environment, isKilled);
    const base = { ...conditions, approvals, periodMs: LOOK_MS };
    if (hasEnded(row.state))
      return {
        seen: { ...base, propagation: { isDone: true, reason: 'It is over.' }, guards: [] },
        guards: [],
      };
    const audience = await this.audienceOf(read);
    const propagation =
      typeof audience === 'string' ? { isDone: false, reason: audience } : judgePropagation(audience);
    // Nothing can bring back what goes back already.
    if (row.state.phase === 'rolling-back') return { seen: { ...base, propagation, guards: [] }, guards: [] };
    const { guards, newestDataMs } = await this.judge(read, { audience, fixes });
    const newest = newestDataMs === undefined ? {} : { newestDataMs };
    return { seen: { ...base, propagation, guards, ...newest }, guards };
  }

  private async judge(
    { row, marks }: RolloutRead,
    { audience, fixes }: { readonly audience: Audience | string; readonly fixes: boolean },
  ): Promise<{ guards: readonly JudgedGuard[]; newestDataMs?: number }> {
    const { evidence, clock } = this.parts;
    const { state } = row;
    const read = await evidence.of(row, { fixes }).catch((error: unknown) => String(error));
    if (typeof read === 'string') return { guards: unreadable(state) };
    const prove = state.terms.plan.stages[state.stage]?.prove;
    const { newestDataMs, ...rest } = read;
    const nowMs = clock.nowMs();
    const judged = judgeGuards({
      ...rest,
      plan: state.terms.plan,
      epochs: epochsFrom(state, marks),
      ...(prove === undefined ? {} : { prove }),
      ...(typeof audience === 'string' || state.stage < 0 ? {} : { instances: healthArmsOf(audience) }),
      nowMs,
    });
    const guards = withoutAnswer(judged, { state, samples: rest.prometheus, nowMs });
    return { guards, ...(newestDataMs === undefined ? {} : { newestDataMs }) };
  }

  private async audienceOf({ row, marks }: RolloutRead): Promise<Audience | string> {
    const { live, usage, replicas, clock } = this.parts;
    const { environment, state } = row;
    try {
      await usage.flush();
      const [instances, { notes }] = [await usage.instances(environment), await replicas.read()];
      const last = marks.findLast(({ kind }) => kind === 'published');
      return {
        ...{ environment, instances, replicas: notes, nowMs: clock.nowMs() },
        lineage: live.current(environment)?.lineage ?? '',
        generation: last?.generation ?? 0,
        sinceMs: last?.atMs ?? state.epochMs,
      };
    } catch {
      return 'Who has it cannot be read now.';
    }
  }
}

/** Without any mark of its own, a run is judged from its declaration on. */
function epochsFrom(state: RolloutState, marks: readonly RolloutMark[]) {
  const epochs = epochsOf(marks);
  return epochs.length > 0 ? epochs : [{ fromMs: state.epochMs, fromGeneration: 0 }];
}

/** The counts are away: nobody can say that all is well, and nobody that it is not. */
function unreadable({ terms }: RolloutState): readonly JudgedGuard[] {
  const evidence = { treatment: NOTHING, control: NOTHING, lateWindows: 0 };
  return terms.plan.guards.map(({ id, type, onAlarm }) => ({
    ...{ id, type, onAlarm, verdict: 'error', cause: 'no-data', evidence },
    reason: 'What was counted cannot be read now.',
  }));
}

const NOTHING = { exposures: 0, errors: 0 };
