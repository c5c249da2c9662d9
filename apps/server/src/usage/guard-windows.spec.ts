import { addSums, GUARD_WINDOW_MS, type GuardWindow, NO_SUMS } from '@guidon/policy/guards';
import { bucketOf, type GuardedCell, HISTOGRAM_EDGES_MS, type TelemetryReport } from '@guidon/protocol';
import { telemetrySchema } from '@guidon/protocol/schemas';
import { fakeClock, startPostgres, type TestPostgres } from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { openStore } from '../../test/store-kit.js';
import type { Database, Transactions } from '../kernel/database/index.js';
import { SILENT_LOG } from '../kernel/log/index.js';
import { DomainError } from '../kernel/problem/index.js';
import { EXPOSURES, GuardWindows } from './guard-windows.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(90_000);

const FAILURES = {
  ...{ outcome: 'http.error', calls: 10, errors: 2, errorSquares: 4 },
  ...{ logSum: 0, logSquares: 0, buckets: [] },
};
const CELL: GuardedCell = {
  ...{ flag: 'checkout', generation: 7, arm: 'treatment', exposures: 5 },
  outcomes: [FAILURES],
};

interface Said {
  readonly environment: string;
  readonly instance?: string;
  readonly sequence?: number;
  readonly cells?: readonly GuardedCell[];
  readonly ageMs?: number;
  readonly seen?: readonly string[];
}

function aReport({ environment, instance = 'pod-1', sequence = 1, ...said }: Said): TelemetryReport {
  const { cells = [CELL], ageMs = 0, seen = [] } = said;
  return telemetrySchema.parse({
    ...{ format: 1, instance, boot: 'b1', client: 1, sequence, uptimeMs: 1, environment },
    ...{ counts: [], dropped: 0 },
    sdk: { name: '@guidon/node', version: '0.1.0' },
    guarded: { ageMs, lengthMs: 10_000, cells, seen, uncredited: 0, dropped: 0 },
  }) as TelemetryReport;
}

/** A replica on a store. */
function open(transactions: Transactions, clock = fakeClock()) {
  const guards = new GuardWindows({ transactions, clock, log: SILENT_LOG });
  const take = (said: Said) =>
    guards.take(aReport(said), { environment: said.environment, nowMs: clock.nowMs() });
  const read = async (environment: string, flag = 'checkout') => {
    expect(await guards.flush()).toBe(true);
    return guards.of({ flag, environment, sinceMs: 0 });
  };
  return { clock, guards, take, read };
}

/** All windows of a list in one, whatever their generation and lateness. */
function sumUp(windows: readonly GuardWindow[] = []) {
  const arm = (name: 'treatment' | 'control') =>
    windows.reduce((sum, window) => addSums(sum, window[name]), NO_SUMS);
  return { treatment: arm('treatment'), control: arm('control') };
}

const aDuration = fc.double({ min: 0, max: 200_000, noNaN: true });
const aCall = fc.record({
  flag: fc.constantFrom('checkout', 'search'),
  arm: fc.constantFrom('treatment' as const, 'control' as const),
  generation: fc.constantFrom(7, 8),
  outcome: fc.constantFrom('http.error', 'http.latency'),
  failed: fc.boolean(),
  durationMs: aDuration,
});
type Call = typeof aCall extends fc.Arbitrary<infer C> ? C : never;

/** Calls as the cells of one report. */
function cellsOf(calls: readonly Call[]): GuardedCell[] {
  const cells = new Map<string, GuardedCell>();
  for (const { flag, arm, generation, outcome, failed, durationMs } of calls) {
    const name = `${flag} ${arm} ${generation}`;
    const cell = cells.get(name) ?? { flag, arm, generation, exposures: 0, outcomes: [] };
    const known = cell.outcomes.find((one) => one.outcome === outcome);
    const hasLength = outcome === 'http.latency';
    const log = hasLength ? Math.log(Math.max(durationMs, 0.001)) : 0;
    const buckets = new Map(known?.buckets ?? []);
    if (hasLength) buckets.set(bucketOf(durationMs), (buckets.get(bucketOf(durationMs)) ?? 0) + 1);
    const errors = failed ? 1 : 0;
    const sums = {
      outcome,
      calls: (known?.calls ?? 0) + 1,
      errors: (known?.errors ?? 0) + errors,
      errorSquares: (known?.errorSquares ?? 0) + errors,
      logSum: (known?.logSum ?? 0) + log,
      logSquares: (known?.logSquares ?? 0) + log * log,
      buckets: [...buckets],
    };
    const others = cell.outcomes.filter((one) => one !== known);
    cells.set(name, { ...cell, exposures: cell.exposures + 1, outcomes: [...others, sums] });
  }
  return [...cells.values()];
}

/** Holds stored windows to the calls that were made by one arm of a flag. */
function expectSums(
  windows: ReadonlyMap<string, readonly GuardWindow[]>,
  arm: 'treatment' | 'control',
  calls: readonly Call[],
): void {
  expect(sumUp(windows.get(EXPOSURES))[arm].exposures).toBe(calls.length);
  for (const outcome of ['http.error', 'http.latency']) {
    const wanted = calls.filter((one) => one.outcome === outcome);
    const found = sumUp(windows.get(outcome))[arm];
    const errors = wanted.filter(({ failed }) => failed).length;
    expect([found.calls, found.errors, found.errorSquares]).toEqual([wanted.length, errors, errors]);
    if (outcome === 'http.error') continue;
    const counts = new Array(HISTOGRAM_EDGES_MS.length + 1).fill(0);
    for (const { durationMs } of wanted) counts[bucketOf(durationMs)] += 1;
    expect(found.buckets).toEqual(wanted.length === 0 ? [] : counts);
    // Sums of logarithms are rounded in the order in which they come.
    const logs = wanted.map(({ durationMs }) => Math.log(Math.max(durationMs, 0.001)));
    expect(found.logSum).toBeCloseTo(
      logs.reduce((sum, log) => sum + log, 0),
      8,
    );
    expect(found.logSquares).toBeCloseTo(
      logs.reduce((sum, log) => sum + log * log, 0),
      7,
    );
  }
}

/** The same promises on both databases. */
function keepsItsPromises(given: () => Database): void {
  let place = 0;
  const anEnvironment = () => `env-${++place}`;

  it('adds up what clients of one window say, by outcome, generation and arm', async () => {
    const environment = anEnvironment();
    const { take, read, clock, guards } = open(given().transactions);
    take({ environment });
    take({ environment, instance: 'pod-2', cells: [CELL, { ...CELL, arm: 'control', exposures: 95 }] });
    take({ environment, instance: 'pod-3', cells: [{ ...CELL, generation: 8 }] });
    take({ environment, instance: 'pod-4', cells: [{ ...CELL, flag: 'another' }] });
    const fromMs = (Math.ceil(clock.nowMs() / GUARD_WINDOW_MS) - 1) * GUARD_WINDOW_MS;
    const windows = await read(environment);
    const sums = {
      calls: 20,
      errors: 4,
      errorSum: 4,
      errorSquares: 8,
      logSum: 0,
      logSquares: 0,
      buckets: [],
    };
    const half = { ...sums, calls: 10, errors: 2, errorSum: 2, errorSquares: 4 };
    expect(windows.get('http.error')).toEqual([
      {
        ...{ fromMs, generation: 7, reporters: 2 },
        treatment: { ...sums, exposures: 0 },
        control: { ...half, exposures: 0 },
      },
      {
        ...{ fromMs, generation: 8, reporters: 1 },
        treatment: { ...half, exposures: 0 },
        control: NO_SUMS,
      },
    ]);
    expect(windows.get(EXPOSURES)?.map(({ treatment, control }) => [treatment, control])).toEqual([
      [
        { ...NO_SUMS, exposures: 10 },
        { ...NO_SUMS, exposures: 95 },
      ],
      [{ ...NO_SUMS, exposures: 5 }, NO_SUMS],
    ]);
    expect([...windows.keys()].sort()).toEqual([EXPOSURES, 'http.error']);
    expect(await guards.lastWindowAt({ flag: 'checkout', environment })).toBe(fromMs + GUARD_WINDOW_MS);
    expect(await guards.lastWindowAt({ flag: 'nowhere', environment })).toBeUndefined();
  });

  it('puts a batch into the window in which it ended by the clock of the server, and marks what is late', async () => {
    const environment = anEnvironment();
    const { take, read, clock } = open(given().transactions);
    clock.advance(GUARD_WINDOW_MS - (clock.nowMs() % GUARD_WINDOW_MS));
    const nowMs = clock.nowMs();
    const ages = [0, 9_999, 10_000, 30_000, 30_001];
    ages.forEach((ageMs, index) => {
      take({ environment, instance: `pod-${index}`, ageMs });
    });
    const windows = (await read(environment)).get('http.error') ?? [];
    expect(windows.map(({ fromMs, late, treatment }) => [nowMs - fromMs, late, treatment.calls])).toEqual([
      [40_000, undefined, 10],
      [40_000, true, 10],
      [20_000, undefined, 10],
      [10_000, undefined, 20],
    ]);
  });

  it('stores each call exactly once, however reports are cut, ordered, repeated and spread over replicas', async () => {
    const chunk = fc.record({
      calls: fc.array(aCall, { minLength: 1, maxLength: 12 }),
      copies: fc.integer({ min: 1, max: 3 }),
    });
    const run = fc.record({ chunks: fc.array(chunk, { minLength: 1, maxLength: 8 }), seed: fc.integer() });
    await fc.assert(
      fc.asyncProperty(run, async ({ chunks, seed }) => {
        const environment = anEnvironment();
        const clock = fakeClock();
        const replicas = [open(given().transactions, clock), open(given().transactions, clock)];
        const sent = chunks.flatMap(({ calls, copies }, index) =>
          Array.from({ length: copies }, () => ({ environment, sequence: index + 1, cells: cellsOf(calls) })),
        );
        const mixed = shuffled(sent, seed);
        for (const [index, said] of mixed.entries()) {
          replicas[index % 2]?.take(said);
          if (index % 3 === 0) await replicas[index % 2]?.guards.flush();
        }
        // At the same time, so that both may hold the same batch.
        await Promise.all(replicas.map(({ guards }) => guards.flush()));
        const all = chunks.flatMap(({ calls }) => calls);
        for (const flag of ['checkout', 'search']) {
          const windows = await replicas[0]!.read(environment, flag);
          for (const arm of ['treatment', 'control'] as const)
            expectSums(
              windows,
              arm,
              all.filter((one) => one.flag === flag && one.arm === arm),
            );
        }
      }),
      { numRuns: 25 },
    );
  });

  it('tells which outcomes were tracked lately, whoever looks at them', async () => {
    const environment = anEnvironment();
    const { take, clock, guards } = open(given().transactions);
    const beganMs = clock.nowMs();
    take({ environment, seen: ['http.error', 'cart.paid'], cells: [] });
    clock.advance(60_000);
    take({ environment, sequence: 2, seen: ['cart.paid'], cells: [] });
    expect(await guards.flush()).toBe(true);
    expect(await guards.outcomesSeen({ environment, sinceMs: beganMs })).toEqual(['cart.paid', 'http.error']);
    expect(await guards.outcomesSeen({ environment, sinceMs: clock.nowMs() })).toEqual(['cart.paid']);
    expect(await guards.outcomesSeen({ environment: 'nowhere', sinceMs: 0 })).toEqual([]);
  });

  it('keeps windows for as long as it is told to', async () => {
    const environment = anEnvironment();
    const { take, read, clock, guards } = open(given().transactions);
    take({ environment, seen: ['http.error'] });
    await read(environment);
    clock.advance(30 * 24 * 3_600_000 - 60_000);
    await guards.cleanUp();
    expect((await read(environment)).size).toBe(2);
    clock.advance(120_000);
    await guards.cleanUp();
    expect((await read(environment)).size).toBe(0);
    expect(await guards.outcomesSeen({ environment, sinceMs: 0 })).toEqual([]);
  });
}

/** The same order for the same seed. */
function shuffled<T>(list: readonly T[], seed: number): T[] {
  let state = seed | 1;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state;
  };
  return list
    .map((one) => ({ one, key: next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ one }) => one);
}

describe('windows of guards in the embedded database', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openStore(undefined);
  });
  afterAll(() => database?.close());
  keepsItsPromises(() => database);
});

const postgres: TestPostgres | undefined = await startPostgres();

(postgres === undefined ? describe.skip : describe)('windows of guards in PostgreSQL', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openStore((await postgres?.createDatabase())?.url);
  });
  afterAll(() => database?.close());
  keepsItsPromises(() => database);
});

it('ignores what a client counted in another environment, and what says nothing for guards', () => {
  const guards = new GuardWindows({
    transactions: { run: () => Promise.reject(new Error('not asked')) } as never,
    clock: fakeClock(),
    log: SILENT_LOG,
  });
  guards.take(aReport({ environment: 'staging' }), { environment: 'production', nowMs: 0 });
  const { guarded: _, ...without } = aReport({ environment: 'production' });
  guards.take(without, { environment: 'production', nowMs: 0 });
  expect(guards.buffer.size).toBe(0);
});

it('keeps what comes in with the database away, and stores it once that is back', async () => {
  let away = true;
  const clock = fakeClock();
  const guards = new GuardWindows({
    clock,
    log: SILENT_LOG,
    transactions: {
      run: async (work) => {
        if (away) throw new DomainError('database-unavailable', { detail: 'Away.' });
        return work({ query: async () => [] } as never);
      },
      runReserved: () => Promise.reject(new Error('not for guards')),
    },
  });
  guards.start();
  for (let sequence = 1; sequence <= 3; sequence++) {
    guards.take(aReport({ environment: 'production', sequence }), { environment: 'production', nowMs: 0 });
    await clock.advanceAsync(2_000);
  }
  expect([guards.buffer.size, guards.buffer.dropped]).toEqual([3, 0]);
  away = false;
  await clock.advanceAsync(2_000);
  expect(guards.buffer.size).toBe(0);
  await guards.stop();
  expect(clock.pending()).toBe(0);
});
