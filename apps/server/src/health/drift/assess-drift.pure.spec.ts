import type { SyncDocument } from '@guidon/protocol';
import { expect, it } from '@jest/globals';
import type { Head, KnownKill, RevisionRecord } from '../../catalog/index.js';
import { agedDrift } from './aged-drift.js';
import { assessDrift } from './assess-drift.js';
import type { DriftFacts } from './drift-facts.js';

const COMMIT = 'c'.repeat(40);
const OLD = 'd'.repeat(40);
const HEAD: Head = {
  environment: 'production',
  generation: 5,
  hash: 'h',
  revision: COMMIT,
  revisionId: 1,
  removed: false,
};
const RECORD: RevisionRecord = {
  ...{ id: 1, commit: COMMIT, state: 'accepted', author: 'Ada', subject: 'Change', frozen: [], holds: [] },
  ...{ committedAtMs: 0, judgedAtMs: 40_000, findingCount: 0 },
};
const SYNC: SyncDocument = {
  ...{
    source: 's',
    branch: 'main',
    head: COMMIT,
    revision: COMMIT,
    state: 'accepted',
    findings: [],
    frozen: [],
    absent: [],
  },
  lastSyncAt: new Date(90_000).toISOString(),
  environments: [],
};
const A = { id: 'a', role: 'all', seenAtMs: 99_000, streams: [] };
const WELL: DriftFacts = {
  ...{
    nowMs: 100_000,
    sync: SYNC,
    record: RECORD,
    findings: [],
    heads: [HEAD],
    leader: 'a',
    kills: [],
    ended: [],
  },
  headTimes: new Map([['production', 50_000]]),
  replicas: [
    { ...A, served: [{ environment: 'production', generation: 5 }] },
    { id: 'gone', role: 'all', seenAtMs: 1_000, served: [], streams: [] },
  ],
  instances: [
    { environment: 'production', instance: 'i-1', seenAtMs: 95_000, generation: 5, result: 'applied' },
  ],
};

it('says that all is in sync when everybody serves what the branch says', () => {
  expect(assessDrift(WELL)).toMatchObject({
    inSync: true,
    reasons: [],
    desired: { branch: 'main', commit: COMMIT, seenSecondsAgo: 10 },
    judged: { commit: COMMIT, secondsAgo: 60 },
    environments: [{ environment: 'production', generation: 5, inSync: true }],
    replicas: [{ id: 'a', leads: true, behind: false }],
    instances: { known: 1, generations: [{ generation: 5, instances: 1, current: true }], lagging: [] },
  });
});

it('names each way in which what is served differs from what was merged', () => {
  const kill = {
    id: 'K',
    targets: new Map([['production', ['a', 'b']]]),
    actor: 'ada',
    reason: 'r',
    pressedAtMs: 0,
  };
  const pin = { hash: 'h', revision: OLD, revisionId: 0, actor: 'bo', reason: 'It burns.', sinceMs: 70_000 };
  const waiting = {
    ...{ hash: 'x', revision: COMMIT, revisionId: 2, why: 'pinned' as const, sinceMs: 70_000 },
    sentences: ['Pinned.'],
  };
  const holds = [{ kind: 'mass-change' as const, sentence: 'It deletes half of the flags.' }];
  const document = assessDrift({
    ...WELL,
    sync: { ...SYNC, head: OLD, lastError: 'unreachable' },
    record: { ...RECORD, state: 'held', holds, frozen: ['pay/a.yaml'] },
    findings: [
      {
        severity: 'error',
        path: 'pay/a.yaml',
        line: 3,
        column: 1,
        pointer: '',
        code: 'unknown-key',
        sentence: 'S.',
        fix: '',
      },
    ] as never,
    heads: [{ ...HEAD, pin, waiting }],
    replicas: [{ ...A, served: [{ environment: 'production', generation: 4 }] }],
    kills: [kill as unknown as KnownKill],
    instances: [
      { environment: 'production', instance: 'i-1', seenAtMs: 95_000, generation: 4, result: 'applied' },
      { environment: 'production', instance: 'i-2', seenAtMs: 95_000, generation: 5, result: 'rejected' },
    ],
  });
  expect(document.inSync).toBe(false);
  expect(document.reasons).toEqual([
    'Git cannot be followed: unreachable',
    `The branch is at ${OLD.slice(0, 12)}, which has not been judged yet; ${COMMIT.slice(0, 12)} was the last.`,
    `${COMMIT.slice(0, 12)} is held: It deletes half of the flags.`,
    '1 file stays at its last good version.',
    'production: Pinned.',
    '1 kill is in force.',
    'The server a serves an older generation than the database knows.',
    '1 SDK instances refused the ruleset that they were given.',
  ]);
  expect(document.quarantined).toEqual([
    { path: 'pay/a.yaml', findings: [{ line: 3, code: 'unknown-key', sentence: 'S.' }] },
  ]);
  expect(document.overrides).toMatchObject([
    { kind: 'kill', id: 'K', flags: 2, sinceSeconds: 100 },
    { kind: 'pin', id: OLD, environments: ['production'], sinceSeconds: 30 },
  ]);
  expect(document.instances.lagging.map(({ instance }) => instance)).toEqual(['i-1', 'i-2']);
});

it('tells of a wave by its stage and share, and takes neither of its generations for a lag', () => {
  const wave = {
    ...{ id: 'production.6', stage: 0, startedAtMs: 90_000, stageSinceMs: 90_000, enlisted: [] },
    stages: [{ percent: 1, holdMs: 60_000 }],
  };
  const candidate = { generation: 6, hash: 'x', revision: COMMIT, revisionId: 2, wave };
  const instances = [5, 6].map((generation) => ({
    ...{
      environment: 'production',
      instance: `i-${generation}`,
      seenAtMs: 95_000,
      generation,
      result: 'applied',
    },
  }));
  const document = assessDrift({ ...WELL, heads: [{ ...HEAD, candidate }], instances });
  expect(document.environments[0]?.wave).toMatchObject({ stage: 1, stages: 1, percent: 1, sinceSeconds: 10 });
  expect(document.instances.lagging).toEqual([]);
  expect(document.reasons).toHaveLength(1);
});

it('calls a server behind only when it has had the time to follow', () => {
  const replicas = [{ ...A, served: [{ environment: 'production', generation: 4 }] }];
  const behind = (changedAtMs: number) =>
    assessDrift({ ...WELL, replicas, headTimes: new Map([['production', changedAtMs]]) }).replicas[0]?.behind;
  expect([behind(98_000), behind(99_500), behind(60_000)]).toEqual([false, false, true]);
});

it('tells what was read a while ago as old as it is, and says so when nothing is known since', () => {
  const document = assessDrift(WELL);
  const young = agedDrift(document, WELL.nowMs + 20_000);
  expect(young).toMatchObject({ inSync: true, desired: { seenSecondsAgo: 30 }, judged: { secondsAgo: 80 } });
  expect(young.replicas).toMatchObject([{ seenSecondsAgo: 21 }]);
  const pin = { hash: 'h', revision: OLD, revisionId: 0, actor: 'bo', reason: 'r', sinceMs: 70_000 };
  const pinned = agedDrift(assessDrift({ ...WELL, heads: [{ ...HEAD, pin }] }), WELL.nowMs + 20_000);
  expect(pinned.overrides).toMatchObject([{ sinceSeconds: 50 }]);
  const old = agedDrift(document, WELL.nowMs + 40_000);
  expect([old.inSync, old.desired.seenSecondsAgo, old.reasons.length]).toEqual([false, 50, 1]);
  expect(old.reasons[0]).toContain('the database does not answer');
});

it('tells of an environment that the project has no longer, for as long as somebody lives with it', () => {
  const gone: Head = { ...HEAD, environment: 'staging', removed: true };
  const heads = [HEAD, gone];
  const replicas = [2, 1].map((streams, index) => ({
    ...A,
    id: `server-${index}`,
    served: [{ environment: 'production', generation: 5 }],
    streams: [{ environment: 'staging', streams }],
  }));
  const dead = {
    ...A,
    id: 'dead',
    seenAtMs: 60_000,
    served: [],
    streams: [{ environment: 'staging', streams: 9 }],
  };
  const told = assessDrift({ ...WELL, heads, replicas: [...replicas, dead] });
  expect(told.removed).toEqual([{ environment: 'staging', generation: 5, revision: COMMIT, streams: 3 }]);
  expect(told.reasons).toEqual([
    'staging is no longer in guidon.yaml; 3 streams still hold what it served last.',
  ]);
  expect(told.environments.map(({ environment }) => environment)).toEqual(['production']);
  expect(assessDrift({ ...WELL, heads })).toMatchObject({ inSync: true, removed: [{ streams: 0 }] });
});
