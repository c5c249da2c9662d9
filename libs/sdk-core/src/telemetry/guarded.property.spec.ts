import type { Comparison, SeatedAnswer, View } from '@guidon/engine/compile';
import {
  GUARDED_LIMITS,
  HISTOGRAM_EDGES_MS,
  TAKES_ANSWERS,
  TAKES_GUARDED,
  TELEMETRY_LIMITS,
  type TelemetryReport,
} from '@guidon/protocol';
import { telemetrySchema } from '@guidon/protocol/schemas';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FakeWorld } from '../../test/fake-world.js';
import type { ReportDone } from '../ports.js';
import type { RequestArms } from './guarded-counters.js';
import { Reporter } from './reporter.js';

const IDENTITY = { instance: 'pod', boot: 'b', client: 1, sdk: { name: '@guidon/node', version: '0.1.0' } };
const TAKES = `${TAKES_ANSWERS} ${TAKES_GUARDED}`;

/** An answer as the engine makes it, in the treatment of a rollout. */
function anAnswer(generation: number, outcomes: readonly string[] = ['http.error']): SeatedAnswer {
  const comparison: Comparison = {
    arm: 'treatment',
    stratum: '',
    tally: undefined,
    outcomes: { failures: outcomes },
    unitOf: ({ targetingKey }) => targetingKey as string,
  };
  const seat = { count: 0, isListed: false, comparison };
  return { value: true, variant: 'on', reason: 'SPLIT', generation, seat };
}

/** A reporter and what it posts. */
function aReporter() {
  const world = new FakeWorld();
  const posts: { report: TelemetryReport; bytes: number; done: ReportDone }[] = [];
  const transport = {
    post(body: string, done: ReportDone) {
      const report = telemetrySchema.parse(JSON.parse(body)) as TelemetryReport;
      posts.push({ report, bytes: body.length, done });
      return () => {};
    },
  };
  const held = { view: { environment: 'production' } as View, stamp: undefined };
  const reporter = new Reporter(world.ports(), { identity: IDENTITY, startedMs: 0, transport }, held);
  reporter.start();
  /** The next report; retries come within minutes. */
  const next = () => {
    for (let tries = 0; posts.length === 0 && tries < 60; tries++) world.pass(10_000);
    return posts.shift()!;
  };
  return { world, reporter, next };
}

const fates = ['taken', 'taken-unheard', 'lost', 'older', 'older-unheard'] as const;
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ calls: fc.integer({ min: 1, max: 9 }), failed: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ fate: fc.constantFrom(...fates) }) },
  { weight: 1, arbitrary: fc.constant({ change: true }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** A server that counts each report once, as the real one does; an older one refuses what it does not know. */
function aServer({ next }: ReturnType<typeof aReporter>) {
  const seen = new Set<number>();
  const sums = { calls: 0, errors: 0, exposures: 0, dropped: 0 };
  const take = ({ guarded, sequence }: TelemetryReport) => {
    if (guarded === undefined || seen.has(sequence)) return;
    seen.add(sequence);
    sums.dropped += guarded.dropped;
    for (const { exposures, outcomes } of guarded.cells) {
      sums.exposures += exposures;
      for (const { calls, errors } of outcomes) {
        sums.calls += calls;
        sums.errors += errors;
      }
    }
  };
  const settle = (fate: (typeof fates)[number]) => {
    const { report, done } = next();
    if (fate.startsWith('taken')) take(report);
    if (fate === 'taken') done(undefined, TAKES);
    else if (fate === 'older' && report.guarded !== undefined)
      done({ kind: 'status', status: 400, sentence: 'Unknown field "guarded".' });
    else if (fate === 'older') done(undefined);
    else done({ kind: 'network', sentence: 'The server is away.' });
  };
  return { sums, settle };
}

test('stores each call once, whatever becomes of reports: what is missing is counted as dropped', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps: Step[]) => {
      const given = aReporter();
      const { sums, settle } = aServer(given);
      const { guarded } = given.reporter.counters;
      const asked = { calls: 0, errors: 0, exposures: 0 };
      let generation = 1;
      let answer = anAnswer(generation);
      for (const one of steps) {
        if ('fate' in one) settle(one.fate);
        else if ('change' in one) {
          given.reporter.beforeChange();
          generation += 1;
          answer = anAnswer(generation);
        } else {
          const request: RequestArms = new Map();
          const context = { targetingKey: `u${asked.exposures}` };
          guarded.expose('checkout', answer, { context, request });
          for (let i = 0; i < one.calls; i++)
            guarded.track({ name: 'http.error', failed: one.failed }, request);
          asked.exposures += 1;
          asked.calls += one.calls;
          asked.errors += one.failed ? one.calls : 0;
        }
      }
      // In the end a new server is there for long enough.
      for (let turns = 0; turns < 4; turns++) settle('taken');
      expect(sums.calls).toBeLessThanOrEqual(asked.calls);
      expect(sums.errors).toBeLessThanOrEqual(asked.errors);
      const fatesMet = steps.flatMap((one) => ('fate' in one ? [one.fate] : []));
      const found = sums.calls + sums.exposures + sums.dropped;
      // A batch that got through unheard and was then given up is counted as dropped too: never less than all.
      expect(found).toBeGreaterThanOrEqual(asked.calls + asked.exposures);
      if (!fatesMet.includes('taken-unheard')) expect(found).toBe(asked.calls + asked.exposures);
      if (fatesMet.some((fate) => fate.startsWith('older'))) return;
      // Without servers of two ages, nothing is ever given up.
      expect(sums).toEqual({ ...asked, dropped: 0 });
    }),
    { numRuns: 300 },
  );
});

test('sends what guards look at only to a server that takes it, and the fullest report fits', () => {
  const { reporter, next, world } = aReporter();
  const { answers, guarded } = reporter.counters;
  const names = Array.from({ length: GUARDED_LIMITS.outcomes }, (_, i) => `outcome-${i}`.padEnd(64, 'x'));
  for (let cell = 0; cell < GUARDED_LIMITS.cells; cell++) {
    const request: RequestArms = new Map();
    const flag = `flag-${cell}`.padEnd(128, 'x');
    const answer = anAnswer(123_456_789);
    Object.assign(answer.seat.comparison as Comparison, { outcomes: { failures: names, durations: names } });
    guarded.expose(flag, answer, { context: { targetingKey: flag }, request });
    for (const name of names)
      for (const edge of [...HISTOGRAM_EDGES_MS, 100_000])
        guarded.track({ name, failed: true, durationMs: edge }, request);
  }
  for (let index = 0; index < TELEMETRY_LIMITS.answers; index++) {
    const long = `${index}`.padEnd(128, 'x');
    const seat = { count: 0, isListed: false };
    answers.count(long, {
      ...anAnswer(1),
      variant: long,
      ruleId: long,
      reason: 'TARGETING_MATCH',
      seat,
    } as never);
  }
  const first = next();
  expect(first.report).not.toHaveProperty('guarded');
  first.done(undefined, TAKES_ANSWERS);
  world.pass(1);
  const second = next();
  expect([second.report.answers === undefined, second.report.guarded]).toEqual([false, undefined]);
  second.done(undefined, TAKES);
  const third = next();
  expect(third.report.guarded?.cells).toHaveLength(GUARDED_LIMITS.cells);
  expect(third.report.guarded?.cells[0]?.outcomes).toHaveLength(GUARDED_LIMITS.outcomes);
  expect(second.bytes + third.bytes).toBeLessThan(TELEMETRY_LIMITS.answersBodyBytes);
});
