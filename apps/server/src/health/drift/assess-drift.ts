import type { DriftDocument, DriftEnvironment, DriftReplica, RemovedEnvironment } from '@guidon/protocol';
import {
  type Head,
  REPLICA_GONE_MS,
  type ReplicaNote,
  type RevisionRecord,
  streamsHeld,
} from '../../catalog/index.js';
import { assessInstances } from './assess-instances.js';
import { type DriftFacts, seconds } from './drift-facts.js';
import { driftReasons } from './drift-reasons.js';

/** A replica may be this late after a change: the change signal is quick, the slow poll repairs it in two seconds. */
const REPLICA_LATE_MS = 5_000;

/** Whether what was merged is what is served. Staleness alone is told and never judged unhealthy. */
export function assessDrift(facts: DriftFacts): DriftDocument {
  const environments = facts.heads.filter(({ removed }) => !removed).map((head) => ofHead(head, facts.nowMs));
  const replicas = facts.replicas
    .filter(({ seenAtMs }) => facts.nowMs - seenAtMs < REPLICA_GONE_MS)
    .map((note) => ofReplica(note, facts));
  const instances = assessInstances(facts);
  const removed = facts.heads.filter((head) => head.removed).map((head) => ofRemoved(head, facts));
  const reasons = driftReasons(facts, { environments, removed, replicas, instances });
  return {
    at: new Date(facts.nowMs).toISOString(),
    inSync: reasons.length === 0,
    reasons,
    desired: desiredOf(facts),
    ...(facts.record === undefined ? {} : { judged: judgedOf(facts.record, facts.nowMs) }),
    ...{ environments, removed, replicas, instances },
    quarantined: quarantinedOf(facts),
    overrides: [...killOverrides(facts), ...pinOverrides(facts), ...rolloutOverrides(facts)],
  };
}

function desiredOf({ sync, nowMs }: DriftFacts): DriftDocument['desired'] {
  return {
    branch: sync.branch,
    ...(sync.head === undefined ? {} : { commit: sync.head }),
    ...(sync.lastSyncAt === undefined
      ? {}
      : { seenSecondsAgo: seconds(nowMs - Date.parse(sync.lastSyncAt)) }),
  };
}

function judgedOf(record: RevisionRecord, nowMs: number): NonNullable<DriftDocument['judged']> {
  const { commit, state, judgedAtMs, holds } = record;
  return { commit, state, secondsAgo: seconds(nowMs - judgedAtMs), holds };
}

function ofHead(head: Head, nowMs: number): DriftEnvironment {
  const { environment, generation, revision, candidate, waiting, held } = head;
  return {
    ...{ environment, generation, revision },
    inSync: candidate === undefined && waiting === undefined && held === undefined,
    ...(candidate === undefined ? {} : { wave: waveOf(candidate, nowMs) }),
    ...(waiting === undefined ? {} : { waiting: waitingOf(waiting, nowMs) }),
    ...(held === undefined ? {} : { held: { why: held.why, ...contentOf(held, nowMs) } }),
  };
}

function waitingOf(waiting: NonNullable<Head['waiting']>, nowMs: number) {
  const { why, until } = waiting;
  return { why, ...contentOf(waiting, nowMs), ...(until === undefined ? {} : { until }) };
}

function contentOf({ revision, sentences, sinceMs }: NonNullable<Head['waiting' | 'held']>, nowMs: number) {
  return { revision, sentences, sinceSeconds: seconds(nowMs - sinceMs) };
}

function waveOf({ revision, generation, wave }: NonNullable<Head['candidate']>, nowMs: number) {
  return {
    ...{ id: wave.id, revision, generation },
    stage: wave.stage + 1,
    stages: wave.stages.length,
    percent: wave.stages[wave.stage]?.percent ?? 0,
    sinceSeconds: seconds(nowMs - wave.startedAtMs),
  };
}

function ofRemoved(
  { environment, generation, revision }: Head,
  { replicas, nowMs }: DriftFacts,
): RemovedEnvironment {
  return { environment, generation, revision, streams: streamsHeld(replicas, environment, nowMs) };
}

function ofReplica({ id, role, seenAtMs, served }: ReplicaNote, facts: DriftFacts): DriftReplica {
  const behind = facts.heads.some(({ environment, generation, removed }) => {
    const mine = served.find((one) => one.environment === environment);
    const since = facts.headTimes.get(environment) ?? facts.nowMs;
    return !removed && seenAtMs - since > REPLICA_LATE_MS && (mine?.generation ?? 0) < generation;
  });
  const leads = id === facts.leader;
  return { id, role, leads, seenSecondsAgo: seconds(facts.nowMs - seenAtMs), served, behind };
}

function quarantinedOf({ record, findings }: DriftFacts): DriftDocument['quarantined'] {
  return (record?.frozen ?? []).map((path) => ({
    path,
    findings: findings
      .filter((finding) => finding.path === path && finding.severity === 'error')
      .map(({ line, code, sentence }) => ({ line, code, sentence })),
  }));
}

function killOverrides({ kills, nowMs }: DriftFacts): DriftDocument['overrides'] {
  return kills
    .filter(({ revival }) => revival === undefined)
    .map(({ id, targets, actor, reason, pressedAtMs }) => ({
      kind: 'kill' as const,
      ...{ id, environments: [...targets.keys()], actor, reason },
      flags: new Set([...targets.values()].flat()).size,
      sinceSeconds: seconds(nowMs - pressedAtMs),
    }));
}

function rolloutOverrides({ ended, nowMs }: DriftFacts): DriftDocument['overrides'] {
  return ended.map(({ id, environment, reason, sinceMs }) => ({
    kind: 'rollout' as const,
    ...{ id, environments: [environment], flags: 1, reason },
    sinceSeconds: seconds(nowMs - sinceMs),
  }));
}

function pinOverrides({ heads, nowMs }: DriftFacts): DriftDocument['overrides'] {
  return heads.flatMap(({ environment, pin, removed }) =>
    pin === undefined || removed
      ? []
      : [
          {
            kind: 'pin' as const,
            ...{ id: pin.revision, environments: [environment], actor: pin.actor, reason: pin.reason },
            sinceSeconds: seconds(nowMs - pin.sinceMs),
          },
        ],
  );
}
