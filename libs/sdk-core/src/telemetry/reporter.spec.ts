import type { View } from '@guidon/engine/compile';
import { type Stamp, TELEMETRY_LIMITS, type TelemetryReport } from '@guidon/protocol';
import { telemetrySchema } from '@guidon/protocol/schemas';
import { describe, expect, test } from '@jest/globals';
import { FakeWorld } from '../../test/fake-world.js';
import type { Failure } from '../ports.js';
import { Reporter } from './reporter.js';

const IDENTITY = {
  instance: 'pod-1',
  boot: '2026-11-23T12:00:00.000Z',
  client: 1,
  sdk: { name: '@guidon/node', version: '0.1.0' },
};

function stampOf(generation: number): Stamp {
  return { lineage: 'lin0', generation, hash: String(generation % 10).repeat(32) };
}

interface Post {
  readonly report: TelemetryReport;
  open: boolean;
  answer(failure?: Partial<Failure>): void;
}

/** A reporter with what it sends; `posts` are answered by hand. */
function aReporter() {
  const world = new FakeWorld();
  const posts: Post[] = [];
  const held: { view: View | undefined; stamp: Stamp | undefined } = {
    view: { environment: 'production' } as View,
    stamp: stampOf(1),
  };
  const transport = {
    post(body: string, done: (failure: Failure | undefined) => void) {
      const post: Post = {
        // What it sends must be what a server takes.
        report: telemetrySchema.parse(JSON.parse(body)) as TelemetryReport,
        open: true,
        answer: (failure) =>
          done(failure && { kind: 'network', sentence: 'The server is away.', ...failure }),
      };
      posts.push(post);
      return () => {
        post.open = false;
      };
    },
  };
  const reporter = new Reporter(world.ports(), { identity: IDENTITY, startedMs: 0, transport }, held);
  const last = () => posts.at(-1) as Post;
  return { world, posts, held, reporter, last };
}

function evaluate(reporter: Reporter, times: number): void {
  reporter.counters.evaluations += times;
}

describe('a report', () => {
  test('comes soon after the start, then every ten seconds or so, also with nothing to count', () => {
    const { world, posts, reporter, last } = aReporter();
    world.randomNumber = 0.3;
    reporter.start();
    world.pass(2_999);
    expect(posts).toHaveLength(0);
    world.pass(1);
    expect(last().report).toMatchObject({
      ...IDENTITY,
      sequence: 1,
      uptimeMs: 3_000,
      counts: [],
      dropped: 0,
    });
    last().answer();
    world.pass(9_599);
    expect(posts).toHaveLength(1);
    world.pass(1);
    expect(last().report).toMatchObject({ sequence: 2, environment: 'production', applied: stampOf(1) });
  });

  test('counts what happened, by kind', () => {
    const { world, reporter, last } = aReporter();
    reporter.start();
    const { counters } = reporter;
    counters.evaluations += 10;
    counters.missed(undefined);
    counters.missed({
      value: undefined,
      variant: undefined,
      reason: 'ERROR',
      errorCode: 'FLAG_NOT_FOUND',
      generation: 1,
    });
    counters.missed({ value: true, variant: 'on', reason: 'STATIC', generation: 1 });
    counters.failed('GENERAL');
    expect(counters.outcome('http.error', false)).toBe(true);
    expect(counters.outcome('http.error', true)).toBe(true);
    expect(counters.outcome('Not a name', true)).toBe(false);
    world.pass(5_000);
    expect(last().report.counts).toEqual([
      {
        ruleset: stampOf(1),
        ageMs: 0,
        lengthMs: 5_000,
        evaluations: 10,
        errors: { FLAG_NOT_FOUND: 1, TYPE_MISMATCH: 1, GENERAL: 1, PROVIDER_NOT_READY: 1 },
        defaultsServed: 3,
        outcomes: [{ outcome: 'http.error', total: 2, bad: 1 }],
      },
    ]);
  });

  test('keeps what was counted with one ruleset apart from what was counted with the next', () => {
    const { world, held, reporter, last } = aReporter();
    reporter.start();
    evaluate(reporter, 3);
    world.pass(2_000);
    reporter.beforeChange();
    held.stamp = stampOf(2);
    evaluate(reporter, 5);
    world.pass(3_000);
    expect(last().report.counts).toMatchObject([
      { ruleset: stampOf(1), evaluations: 3, ageMs: 3_000, lengthMs: 2_000 },
      { ruleset: stampOf(2), evaluations: 5, ageMs: 0, lengthMs: 3_000 },
    ]);
  });

  test('tells of a refused ruleset within a second, until another one is applied', () => {
    const { world, held, posts, reporter, last } = aReporter();
    reporter.start();
    world.pass(5_000);
    last().answer();
    reporter.refused({ lineage: 'lin0', generation: 2, result: 'rejected', reason: 'x'.repeat(999) });
    world.pass(1_000);
    expect(posts).toHaveLength(2);
    expect(last().report.refused).toMatchObject({ generation: 2, result: 'rejected' });
    last().answer();
    world.pass(11_000);
    expect(last().report.refused?.generation).toBe(2);
    last().answer();
    held.stamp = stampOf(3);
    world.pass(11_000);
    expect(last().report.refused).toBeUndefined();
  });

  test('tells of a refusal from before the start soon, and once even if something newer is in use by then', () => {
    const { world, held, posts, reporter, last } = aReporter();
    reporter.refused({ lineage: 'lin0', generation: 2, result: 'quarantined', reason: 'It died.' });
    held.stamp = stampOf(3);
    reporter.start();
    world.pass(1_000);
    expect(posts).toHaveLength(1);
    expect(last().report.refused).toMatchObject({ generation: 2, result: 'quarantined' });
    last().answer({ kind: 'network', sentence: 'away' });
    world.pass(60_000);
    expect(last().report.refused).toMatchObject({ generation: 2 });
    last().answer();
    world.pass(11_000);
    expect(last().report.refused).toBeUndefined();
  });
});

describe('when a report does not get through', () => {
  test('it is repeated under its number, its counts in their places, newer ones behind them', () => {
    const { world, reporter, last } = aReporter();
    reporter.start();
    evaluate(reporter, 3);
    world.pass(5_000);
    const first = last().report;
    last().answer({});
    evaluate(reporter, 4);
    world.pass(40_000);
    expect(last().report).toMatchObject({
      sequence: first.sequence,
      counts: [{ evaluations: 3 }, { evaluations: 4 }],
    });
    last().answer();
    evaluate(reporter, 1);
    world.pass(11_000);
    expect(last().report).toMatchObject({ sequence: first.sequence + 1, counts: [{ evaluations: 1 }] });
  });

  test('attempts back off, and the memory stays bounded through hours without a server', () => {
    const { world, posts, held, reporter, last } = aReporter();
    reporter.start();
    let answered = 0;
    for (let second = 0; second < 7_200; second += 5) {
      held.stamp = stampOf(second);
      reporter.beforeChange();
      evaluate(reporter, 1);
      world.pass(5_000);
      for (; answered < posts.length; answered += 1) posts[answered]?.answer({});
    }
    expect(posts.length).toBeLessThan(7_200 / 10);
    expect(last().report.counts.length).toBeLessThanOrEqual(TELEMETRY_LIMITS.counts);
    // The server is back: what was lost is said once.
    world.pass(60_000);
    expect(last().report.dropped).toBeGreaterThan(500);
    last().answer();
    world.pass(11_000);
    expect(last().report.dropped).toBe(0);
  });

  test('counts that a server refuses are not sent again and again', () => {
    const { world, posts, reporter, last } = aReporter();
    reporter.start();
    evaluate(reporter, 3);
    world.pass(5_000);
    last().answer({ kind: 'status', status: 400 });
    world.pass(149_000);
    expect(posts).toHaveLength(1);
    world.pass(151_000);
    expect(last().report).toMatchObject({ sequence: 2, counts: [], dropped: 3 });
  });

  test('a `Retry-After` is kept, and a request that hangs is not joined by another', () => {
    const { world, posts, reporter, last } = aReporter();
    reporter.start();
    world.pass(5_000);
    last().answer({ kind: 'status', status: 429, retryAfterMs: 60_000 });
    world.pass(59_999);
    expect(posts).toHaveLength(1);
    world.pass(60_000);
    expect(posts).toHaveLength(2);
    world.pass(600_000);
    expect(posts).toHaveLength(2);
  });

  test('a transport that throws harms nobody', () => {
    const world = new FakeWorld();
    const transport = {
      post: (): never => {
        throw new Error('no sockets left');
      },
    };
    const held = { view: undefined, stamp: undefined };
    const reporter = new Reporter(world.ports(), { identity: IDENTITY, startedMs: 0, transport }, held);
    reporter.start();
    world.pass(60_000);
    reporter.close();
    expect(world.timersLeft).toBe(0);
  });
});

describe('closing', () => {
  test('sends the last counts at once and leaves no timer', () => {
    const { world, posts, reporter, last } = aReporter();
    reporter.start();
    world.pass(5_000);
    last().answer();
    evaluate(reporter, 7);
    reporter.close();
    expect(last().report).toMatchObject({ closing: true, counts: [{ evaluations: 7 }] });
    expect(world.timersLeft).toBe(0);
    last().answer({});
    world.pass(600_000);
    reporter.close();
    expect(posts).toHaveLength(2);
  });

  test('abandons the request on its way, whose counts go out again under the same number', () => {
    const { world, posts, reporter, last } = aReporter();
    reporter.start();
    evaluate(reporter, 2);
    world.pass(5_000);
    reporter.close();
    expect(posts[0]?.open).toBe(false);
    expect(last().report).toMatchObject({ sequence: 1, closing: true, counts: [{ evaluations: 2 }] });
  });

  test('says nothing of a client that never started', () => {
    const { posts, reporter } = aReporter();
    reporter.close();
    expect(posts).toHaveLength(0);
  });
});

test('reports nothing when it is switched off, and still counts without growing', () => {
  const world = new FakeWorld();
  const reporter = new Reporter(world.ports(), undefined, { view: undefined, stamp: undefined });
  reporter.start();
  evaluate(reporter, 3);
  reporter.beforeChange();
  reporter.close();
  expect(world.timersLeft).toBe(0);
});
