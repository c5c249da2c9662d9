import type { AnswerCell, TelemetryReport } from '@guidon/protocol';
import { fakeClock, startPostgres, type TestPostgres } from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { openStore } from '../../test/store-kit.js';
import type { Database, Transactions } from '../kernel/database/index.js';
import { SILENT_LOG } from '../kernel/log/index.js';
import { DomainError } from '../kernel/problem/index.js';
import type { AnswerBatch } from './answer-batch.js';
import { BatchBuffer } from './batch-buffer.js';
import { HourlyUsage } from './hourly-usage.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const ON: AnswerCell = { flag: 'checkout', variant: 'on', rule: 'pilot', reason: 'SPLIT', count: 3 };
const OFF: AnswerCell = { flag: 'checkout', variant: 'off', reason: 'DEFAULT', count: 7 };

interface Said {
  readonly environment: string;
  readonly instance?: string;
  readonly sequence?: number;
  readonly cells?: readonly AnswerCell[];
  readonly ageMs?: number;
  readonly dropped?: number;
}

function aReport({ environment, instance = 'pod-1', sequence = 1, ...said }: Said): TelemetryReport {
  const { cells = [ON, OFF], ageMs = 0, dropped = 0 } = said;
  return {
    ...{
      format: 1,
      instance,
      boot: 'b1',
      client: 1,
      sequence,
      uptimeMs: 1,
      environment,
      counts: [],
      dropped: 0,
    },
    sdk: { name: '@guidon/node', version: '0.1.0' },
    answers: { ageMs, lengthMs: 10_000, cells, dropped },
  };
}

function open(transactions: Transactions) {
  const clock = fakeClock();
  const usage = new HourlyUsage({ transactions, clock, log: SILENT_LOG });
  const take = (said: Said) =>
    usage.take(aReport(said), { environment: said.environment, nowMs: clock.nowMs() });
  const read = async (environment: string, hours = 24) => {
    expect(await usage.flush()).toBe(true);
    return (await usage.read({ environment, hours })).environments[0]!;
  };
  return { clock, usage, take, read };
}

/** The same promises on both databases. */
function keepsItsPromises(given: () => Database): void {
  let place = 0;
  const anEnvironment = () => `env-${++place}`;

  it('adds up reports by flag, variant, rule and reason, and tells what is covered', async () => {
    const environment = anEnvironment();
    const { take, read, clock, usage } = open(given().transactions);
    take({ environment, dropped: 2 });
    clock.advance(10_000);
    take({ environment, sequence: 2, cells: [OFF] });
    take({ environment, instance: 'pod-2', cells: [{ ...ON, flag: 'another' }] });
    const iso = (ms: number) => new Date(ms).toISOString();
    const nowMs = clock.nowMs();
    // What applications sent within a day is named, so that a plan can tell of a guard on what nobody sends.
    await given().transactions.run((manager) =>
      manager.query(
        'INSERT INTO outcomes_seen (environment, outcome, last_at) VALUES ($1, $2, $3), ($1, $4, $5)',
        [
          ...[environment, 'http.error', new Date(nowMs - 3_600_000)],
          ...['cart.paid', new Date(nowMs - 25 * 3_600_000)],
        ],
      ),
    );
    expect(await read(environment)).toEqual({
      environment,
      covered: { from: iso(nowMs - 20_000), to: iso(nowMs), instances: 2 },
      dropped: 2,
      outcomes: ['http.error'],
      answers: [
        { flag: 'another', variant: 'on', rule: 'pilot', reason: 'SPLIT', evaluations: 3 },
        { flag: 'checkout', variant: 'off', reason: 'DEFAULT', evaluations: 14 },
        { flag: 'checkout', variant: 'on', rule: 'pilot', reason: 'SPLIT', evaluations: 3 },
      ],
    });
    const { environments } = await usage.read({ environment, flag: 'another', hours: 1 });
    expect(environments[0]?.answers).toHaveLength(1);
  });

  it('tells the hours that are asked for, and keeps them for a week', async () => {
    const environment = anEnvironment();
    const { take, read, clock, usage } = open(given().transactions);
    take({ environment });
    clock.advance(2 * 3_600_000);
    take({ environment, sequence: 2, cells: [OFF] });
    expect((await read(environment, 1)).answers).toMatchObject([{ evaluations: 7 }]);
    expect((await read(environment, 2)).answers.map(({ evaluations }) => evaluations)).toEqual([14, 3]);
    clock.advance(167 * 3_600_000);
    await usage.cleanUp();
    expect((await read(environment, 168)).answers).toMatchObject([{ evaluations: 7 }]);
    clock.advance(2 * 3_600_000);
    await usage.cleanUp();
    expect(await read(environment, 168)).toMatchObject({ covered: null, answers: [] });
  });

  it('takes nothing of a client that serves another environment', async () => {
    const environment = anEnvironment();
    const { usage, read } = open(given().transactions);
    usage.take(aReport({ environment: 'elsewhere' }), { environment, nowMs: 0 });
    expect(await read(environment)).toMatchObject({ covered: null, answers: [] });
  });

  it('counts each report once, however often and wherever it comes', async () => {
    const arrivals = fc.array(
      fc.record({
        sequence: fc.integer({ min: 1, max: 5 }),
        instance: fc.constantFrom('pod-1', 'pod-2'),
        replica: fc.constantFrom(0, 1),
        flushes: fc.boolean(),
      }),
      { maxLength: 25 },
    );
    const property = fc.asyncProperty(arrivals, async (list) => {
      const environment = anEnvironment();
      const replicas = [open(given().transactions), open(given().transactions)] as const;
      const first = new Map<string, number>();
      for (const { sequence, instance, replica, flushes } of list) {
        // A report that is repeated says the same.
        replicas[replica]!.take({ environment, instance, sequence, cells: [{ ...OFF, count: sequence }] });
        first.set(`${instance} ${sequence}`, sequence);
        if (flushes) await Promise.all(replicas.map(({ usage }) => usage.flush()));
      }
      await replicas[1].usage.flush();
      const { answers } = await replicas[0].read(environment);
      const wanted = [...first.values()].reduce((sum, one) => sum + one, 0);
      expect(answers.reduce((sum, { evaluations }) => sum + evaluations, 0)).toBe(wanted);
    });
    await fc.assert(property, { numRuns: 25 });
  });
}

describe('hourly usage on the embedded database', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openStore(undefined);
  });
  afterAll(() => database.close());
  keepsItsPromises(() => database);
});

const postgres: TestPostgres | undefined = await startPostgres();

(postgres === undefined ? describe.skip : describe)('hourly usage on PostgreSQL', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openStore((await postgres?.createDatabase())?.url);
  });
  afterAll(() => database?.close());
  keepsItsPromises(() => database);
});

it('keeps what fits with the database away, and takes up again where it failed', async () => {
  let away = true;
  const clock = fakeClock();
  const usage = new HourlyUsage({
    clock,
    log: SILENT_LOG,
    transactions: {
      run: async (work) => {
        if (away) throw new DomainError('database-unavailable', { detail: 'Away.' });
        return work({ query: async () => [] } as never);
      },
      runReserved: () => Promise.reject(new Error('not for usage')),
    },
  });
  usage.start();
  for (let sequence = 1; sequence <= 3; sequence++) {
    usage.take(aReport({ environment: 'production', sequence }), { environment: 'production', nowMs: 0 });
    await clock.advanceAsync(2_000);
  }
  expect([usage.buffer.size, usage.buffer.dropped]).toEqual([3, 0]);
  away = false;
  await clock.advanceAsync(2_000);
  expect(usage.buffer.size).toBe(0);
  await usage.stop();
  expect(clock.pending()).toBe(0);
});

it('throws the oldest away beyond its bound, and says how many', () => {
  const buffer = new BatchBuffer<AnswerBatch>(30);
  for (let sequence = 1; sequence <= 100; sequence++)
    buffer.add({ sequence, cells: [ON, OFF] } as unknown as AnswerBatch);
  expect(buffer.size).toBeLessThanOrEqual(10);
  expect(buffer.size + buffer.dropped).toBe(100);
  expect(buffer.take().at(-1)?.sequence).toBe(100);
});
