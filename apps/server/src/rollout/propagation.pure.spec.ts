import { expect, it } from '@jest/globals';
import type { SdkInstance } from '../usage/index.js';
import { type Audience, healthArmsOf, judgePropagation, UNKNOWN_WAIT_MS } from './propagation.js';

const SINCE_MS = 1_000_000;
const NOW_MS = SINCE_MS + 20_000;

const instance = (name: string, changes: Partial<SdkInstance> = {}): SdkInstance => ({
  ...{ instance: name, boot: 'b', sdk: { name: 'node', version: '1' }, closed: false },
  ...{ firstSeenMs: 0, lastSeenMs: NOW_MS - 1_000 },
  applied: { lineage: 'l', generation: 7, hash: 'h' },
  ...changes,
});
const behind = { applied: { lineage: 'l', generation: 6, hash: 'h' } };
const audience = (changes: Partial<Audience> = {}): Audience => ({
  ...{ environment: 'production', lineage: 'l', instances: [], replicas: [], generation: 7 },
  ...{ sinceMs: SINCE_MS, nowMs: NOW_MS },
  ...changes,
});
const replica = (generation: number, seenAtMs = NOW_MS) => ({
  ...{ id: 'server-1', role: 'all', seenAtMs, streams: [] },
  served: [{ environment: 'production', generation }],
});

it('waits for every instance that reports, and names who is missing', () => {
  const instances = [instance('a'), instance('b', behind), instance('c', behind)];
  expect(judgePropagation(audience({ instances }))).toEqual({
    isDone: false,
    reason: '2 of 3 SDK instances have not reported it yet: b, c.',
  });
  expect(judgePropagation(audience({ instances: [instance('a')] })).isDone).toBe(true);
});

it('takes the number of another lineage for no sign of anything', () => {
  const instances = [instance('a', { applied: { lineage: 'before', generation: 9, hash: 'h' } })];
  expect(judgePropagation(audience({ instances })).isDone).toBe(false);
});

it('waits neither for who said goodbye, nor for who is silent, nor for who refused', () => {
  const refused = { lineage: 'l', generation: 7, result: 'rejected' as const, reason: 'r' };
  const instances = [
    instance('gone', { ...behind, closed: true }),
    instance('silent', { ...behind, lastSeenMs: NOW_MS - 31_000 }),
    instance('refuses', { ...behind, refused }),
  ];
  expect(judgePropagation(audience({ instances })).isDone).toBe(true);
});

it('waits for servers that live', () => {
  expect(judgePropagation(audience({ replicas: [replica(6)], instances: [instance('a')] }))).toEqual({
    isDone: false,
    reason: '1 server does not serve it yet.',
  });
  const replicas = [replica(6, NOW_MS - 60_000), replica(8)];
  expect(judgePropagation(audience({ replicas, instances: [instance('a')] })).isDone).toBe(true);
});

it('gives whoever there may be a moment where nobody reports', () => {
  expect(judgePropagation(audience({ nowMs: SINCE_MS + UNKNOWN_WAIT_MS - 1 })).isDone).toBe(false);
  expect(judgePropagation(audience({ nowMs: SINCE_MS + UNKNOWN_WAIT_MS })).isDone).toBe(true);
});

it('tells the guard of health who refused, restarted or has it', () => {
  const refused = { lineage: 'l', generation: 7, result: 'quarantined' as const, reason: 'It broke.' };
  const instances = [
    instance('a'),
    instance('b', behind),
    instance('c', { ...behind, refused }),
    instance('d', { restartedMs: SINCE_MS + 5_000 }),
    instance('long gone', { lastSeenMs: SINCE_MS - 60_000 }),
  ];
  const { candidate, control } = healthArmsOf(audience({ instances }));
  expect(candidate.map(({ instanceId, applied, restarts }) => [instanceId, applied, restarts])).toEqual([
    ['a', 'ok', 0],
    ['b', 'pending', 0],
    ['c', 'quarantined', 0],
    ['d', 'ok', 1],
  ]);
  expect([candidate[2]?.rejection, control]).toEqual(['It broke.', []]);
});

it('takes who lived with it for a while and then fell silent for deployed anew, not for harmed', () => {
  const nowMs = SINCE_MS + 3_600_000;
  const at = (minutes: number) => ({ lastSeenMs: SINCE_MS + minutes * 60_000 });
  const instances = [
    instance('crashed soon', at(2)),
    instance('went later', at(12)),
    instance('lives', at(60)),
  ];
  const { candidate } = healthArmsOf(audience({ instances, nowMs }));
  expect(candidate.map(({ instanceId }) => instanceId)).toEqual(['crashed soon', 'lives']);
});
