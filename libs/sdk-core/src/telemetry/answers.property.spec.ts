import type { View } from '@guidon/engine/compile';
import { type AnswerCell, TAKES_ANSWERS, TELEMETRY_LIMITS, type TelemetryReport } from '@guidon/protocol';
import { telemetrySchema } from '@guidon/protocol/schemas';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FakeWorld } from '../../test/fake-world.js';
import type { ReportDone } from '../ports.js';
import { Reporter } from './reporter.js';

const IDENTITY = { instance: 'pod', boot: 'b', client: 1, sdk: { name: '@guidon/node', version: '0.1.0' } };

/** An answer as the engine makes it, with a seat of its own. */
function anAnswer(variant: string) {
  return {
    value: true,
    variant,
    reason: 'DEFAULT',
    generation: 1,
    seat: { count: 0, isListed: false },
  } as const;
}

/** A server that counts each report once, as the real one does; an older one refuses what it does not know. */
function aServer() {
  const seen = new Set<number>();
  const sums = new Map<string, number>();
  return {
    sums,
    dropped: 0,
    take(report: TelemetryReport): void {
      const { answers, sequence } = report;
      if (answers === undefined || seen.has(sequence)) return;
      seen.add(sequence);
      this.dropped += answers.dropped;
      for (const { flag, count } of answers.cells) sums.set(flag, (sums.get(flag) ?? 0) + count);
    },
  };
}

/** What becomes of a report: at a new server, and whether the client hears of it; or at an older server. */
const fates = ['taken', 'taken-unheard', 'lost', 'older', 'older-unheard'] as const;
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ ask: fc.constantFrom('a', 'b', 'c'), times: fc.integer({ min: 1, max: 9 }) }),
  },
  { weight: 3, arbitrary: fc.record({ fate: fc.constantFrom(...fates) }) },
  { weight: 1, arbitrary: fc.constant({ change: true }) },
  { weight: 1, arbitrary: fc.record({ passMs: fc.integer({ min: 1, max: 2_400_000 }) }) },
);

/** A reporter and a server between which reports meet the fates that a test chooses. */
function aWorld() {
  const world = new FakeWorld();
  const server = aServer();
  const open: { report: TelemetryReport; done: ReportDone }[] = [];
  const transport = {
    post(body: string, done: ReportDone) {
      open.push({ report: telemetrySchema.parse(JSON.parse(body)) as TelemetryReport, done });
      return () => {};
    },
  };
  const held = { view: { environment: 'production' } as View, stamp: undefined };
  const reporter = new Reporter(world.ports(), { identity: IDENTITY, startedMs: 0, transport }, held);
  const settle = (fate: (typeof fates)[number]) => {
    // Wakes the reporter where it waits for its next turn; retries come within minutes.
    for (let tries = 0; open.length === 0 && tries < 60; tries++) world.pass(10_000);
    const { report, done } = open.shift()!;
    if (fate.startsWith('taken')) server.take(report);
    if (fate === 'taken') done(undefined, TAKES_ANSWERS);
    else if (fate === 'older' && report.answers !== undefined)
      done({ kind: 'status', status: 400, sentence: 'Unknown field "answers".' });
    else if (fate === 'older') done(undefined);
    else done({ kind: 'network', sentence: 'The server is away.' });
  };
  const answers = new Map(['a', 'b', 'c'].map((flag) => [flag, anAnswer(flag)]));
  const asked = new Map<string, number>();
  const ask = (flag: string, times: number) => {
    reporter.counters.evaluations += times;
    for (let i = 0; i < times; i++) reporter.counters.answers.count(flag, answers.get(flag)!);
    asked.set(flag, (asked.get(flag) ?? 0) + times);
  };
  return { world, server, reporter, settle, ask, asked };
}

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function perform(one: Step, { world, reporter, settle, ask }: ReturnType<typeof aWorld>): void {
  if ('ask' in one) ask(one.ask, one.times);
  else if ('fate' in one) settle(one.fate);
  else if ('change' in one) reporter.beforeChange();
  else world.pass(one.passMs);
}

const sumOf = (counts: ReadonlyMap<string, number>) =>
  [...counts.values()].reduce((sum, one) => sum + one, 0);

test('loses and doubles no count, whatever becomes of reports: what is missing is counted as dropped', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const given = aWorld();
      const { server, asked, settle } = given;
      given.reporter.start();
      for (const one of steps) perform(one, given);
      // In the end a new server is there for long enough.
      for (let turns = 0; turns < 4; turns++) settle('taken');
      for (const [flag, sum] of server.sums) expect(sum).toBeLessThanOrEqual(asked.get(flag) ?? 0);
      // A batch that got through unheard and was then given up is counted as dropped too: never less than all.
      const found = sumOf(server.sums) + server.dropped;
      expect(found).toBeGreaterThanOrEqual(sumOf(asked));
      const fatesMet = steps.flatMap((one) => ('fate' in one ? [one.fate] : []));
      if (!fatesMet.includes('taken-unheard')) expect(found).toBe(sumOf(asked));
      const isQuick = !steps.some((one) => 'passMs' in one) && fatesMet.every((fate) => fate === 'taken');
      if (isQuick) expect(server.dropped).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test('sends answers only to a server that takes them, and a full report fits', () => {
  const world = new FakeWorld();
  const posts: { report: TelemetryReport; bytes: number; done: ReportDone }[] = [];
  const transport = {
    post(body: string, done: ReportDone) {
      const report = telemetrySchema.parse(JSON.parse(body)) as TelemetryReport;
      posts.push({ report, bytes: body.length, done });
      return () => {};
    },
  };
  const reporter = new Reporter(
    world.ports(),
    { identity: IDENTITY, startedMs: 0, transport },
    { view: { environment: 'production' } as View, stamp: undefined },
  );
  reporter.start();
  for (let index = 0; index < TELEMETRY_LIMITS.answers + 7; index++) {
    const long = `${index}`.padEnd(128, 'x');
    reporter.counters.answers.count(long, {
      ...anAnswer(long),
      ruleId: long,
      reason: 'TARGETING_MATCH',
    } as never);
  }
  world.pass(10_000);
  expect(posts[0]?.report).not.toHaveProperty('answers');
  posts[0]?.done(undefined);
  world.pass(12_000);
  expect(posts[1]?.report).not.toHaveProperty('answers');
  posts[1]?.done(undefined, `later ${TAKES_ANSWERS}`);
  world.pass(12_000);
  const { report, bytes } = posts[2]!;
  const cells: readonly AnswerCell[] = report.answers?.cells ?? [];
  expect([cells.length, report.answers?.dropped]).toEqual([TELEMETRY_LIMITS.answers, 7]);
  expect(bytes).toBeLessThan(TELEMETRY_LIMITS.answersBodyBytes);
});
