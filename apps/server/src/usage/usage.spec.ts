import type { TelemetryReport } from '@guidon/protocol';
import { fakeClock, startPostgres, type TestPostgres } from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { fastify } from 'fastify';
import { Registry } from 'prom-client';
import { openStore } from '../../test/store-kit.js';
import type { Database, Transactions } from '../kernel/database/index.js';
import { SILENT_LOG } from '../kernel/log/index.js';
import { DomainError, ProblemEncoders, ProblemFilter } from '../kernel/problem/index.js';
import { createUsage, registerTelemetry } from './index.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const RULESET = { lineage: 'lin0', generation: 7, hash: 'a'.repeat(32) };
const COUNTS = {
  ruleset: RULESET,
  ageMs: 0,
  lengthMs: 10_000,
  evaluations: 100,
  errors: { GENERAL: 3 },
  defaultsServed: 1,
};

function aReport(changes: Partial<TelemetryReport> = {}): TelemetryReport {
  return {
    format: 1,
    instance: 'pod-1',
    boot: 'b1',
    client: 1,
    sequence: 1,
    sdk: { name: '@guidon/node', version: '0.1.0' },
    uptimeMs: 1000,
    environment: 'production',
    applied: RULESET,
    counts: [COUNTS],
    dropped: 0,
    ...changes,
  };
}

/** Usage over a store with its route, as a server has it; the key is said by headers of the test. */
function open(transactions: Transactions, isTimeAgreed = () => true) {
  const clock = fakeClock();
  const registry = new Registry();
  const usage = createUsage({ transactions, clock, log: SILENT_LOG, registry });
  const problems = new ProblemFilter(new ProblemEncoders(), SILENT_LOG);
  const app = fastify();
  app.setErrorHandler((error, request, reply) => problems.answer(error, request, reply));
  app.decorateRequest('caller');
  app.addHook('onRequest', (request, _reply, done) => {
    const kind = request.headers['x-kind'] === 'web' ? 'web' : 'server';
    const environment = String(request.headers['x-environment'] ?? 'production');
    request.caller = { keyId: 'k', kind, owner: 'test', breakGlass: false, environment };
    done();
  });
  registerTelemetry(app, { ...usage, isTimeAgreed });
  const post = (body: unknown, headers: { [name: string]: string } = {}) =>
    app.inject({ method: 'POST', url: '/sdk/v1/telemetry', payload: body as object, headers });
  const metric = async (name: string) =>
    (await registry.getMetricsAsJSON()).find((one) => one.name === name)?.values ?? [];
  return { ...usage, clock, app, post, metric };
}

/** The same promises on both databases. */
function keepsItsPromises(given: () => Database): void {
  let place = 0;
  /** Each test has an environment of its own. */
  function start() {
    const environment = `env-${++place}`;
    const usage = open(given().transactions);
    const post = (changes: Partial<TelemetryReport> = {}, headers = {}) =>
      usage.post(aReport({ environment, ...changes }), { 'x-environment': environment, ...headers });
    const read = async () => {
      expect(await usage.store.flush()).toBe(true);
      const counts = await usage.store.counts(environment, 0);
      return { instances: await usage.store.instances(environment), ...counts };
    };
    return { ...usage, environment, post, read };
  }

  it('takes a report and tells who lives with which ruleset and what was counted', async () => {
    const { post, read, clock } = start();
    expect((await post()).statusCode).toBe(202);
    const { instances, windows, totals } = await read();
    expect(instances).toEqual([
      {
        instance: 'pod-1',
        boot: 'b1',
        sdk: { name: '@guidon/node', version: '0.1.0' },
        firstSeenMs: clock.nowMs(),
        lastSeenMs: clock.nowMs(),
        applied: RULESET,
        closed: false,
      },
    ]);
    const sums = { evaluations: 100, evaluationErrors: 3, defaultsServed: 1, calls: 0, failedCalls: 0 };
    const { generation, hash } = RULESET;
    expect(windows).toEqual([{ endMs: clock.nowMs(), generation, hash, ...sums }]);
    expect(totals).toEqual([{ instance: 'pod-1', generation, hash, ...sums }]);
  });

  it('takes no report before the time is the one that all servers go by', async () => {
    let isAgreed = false;
    const { post, store } = open(given().transactions, () => isAgreed);
    const early = await post(aReport());
    expect([early.statusCode, early.json().code, store.buffer.size]).toEqual([
      503,
      'snapshot-unavailable',
      0,
    ]);
    isAgreed = true;
    expect((await post(aReport())).statusCode).toBe(202);
  });

  it('counts a report once that comes again, with what is new in it, also at another replica', async () => {
    const { post, read, environment } = start();
    const other = open(given().transactions);
    await post();
    await read();
    const again = aReport({ environment, counts: [COUNTS, { ...COUNTS, evaluations: 7 }] });
    await post(again);
    await post(again);
    await other.post(again, { 'x-environment': environment });
    expect(await other.store.flush()).toBe(true);
    const { totals } = await read();
    expect(totals.map(({ evaluations }) => evaluations)).toEqual([107]);
    // Another client of the same process counts for itself.
    await post({ client: 2 });
    expect((await read()).totals.map(({ evaluations }) => evaluations)).toEqual([207]);
  });

  it('sums instances by ruleset in windows of ten seconds', async () => {
    const { post, read, clock } = start();
    const newer = { ...RULESET, generation: 8 };
    const outcomes = [
      { outcome: 'http.error', total: 50, bad: 2 },
      { outcome: 'job.error', total: 5, bad: 1 },
    ];
    await post({
      counts: [
        { ...COUNTS, ageMs: 10_001, outcomes },
        { ...COUNTS, ruleset: newer },
      ],
    });
    await post({ instance: 'pod-2', counts: [COUNTS] });
    const { windows, totals } = await read();
    const nowMs = clock.nowMs();
    expect(
      windows.map(({ endMs, generation, evaluations, calls, failedCalls }) => [
        endMs - nowMs,
        generation,
        evaluations,
        calls,
        failedCalls,
      ]),
    ).toEqual([
      [-10_000, 7, 100, 55, 3],
      [0, 7, 100, 0, 0],
      [0, 8, 100, 0, 0],
    ]);
    expect(totals.map(({ instance, generation }) => [instance, generation])).toEqual([
      ['pod-1', 7],
      ['pod-1', 8],
      ['pod-2', 7],
    ]);
  });

  it('keeps the newest word: refused rulesets, restarts, goodbyes', async () => {
    const { post, read, clock } = start();
    const startMs = clock.nowMs();
    const refused = { lineage: 'lin0', generation: 8, result: 'rejected', reason: 'Too new' } as const;
    await post();
    await read();
    clock.advance(10_000);
    await post({ sequence: 2, refused });
    expect((await read()).instances).toMatchObject([{ refused, firstSeenMs: startMs }]);
    clock.advance(10_000);
    await post({ boot: 'b2', counts: [] });
    const [restarted] = (await read()).instances;
    expect(restarted).toMatchObject({ boot: 'b2', restartedMs: startMs + 20_000, firstSeenMs: startMs });
    expect(restarted).not.toHaveProperty('refused');
    clock.advance(10_000);
    await post({ boot: 'b2', sequence: 2, counts: [], closing: true });
    expect((await read()).instances).toMatchObject([{ closed: true, restartedMs: startMs + 20_000 }]);
  });

  it('cleans up by age', async () => {
    const { post, read, store, clock } = start();
    await post();
    await read();
    clock.advance(3 * 3_600_000 + 1);
    await store.cleanUp();
    expect(await read()).toMatchObject({ instances: [{ instance: 'pod-1' }], windows: [], totals: [] });
    clock.advance(24 * 3_600_000);
    await store.cleanUp();
    expect((await read()).instances).toEqual([]);
  });

  it('leaves out what belongs to another environment or to no ruleset', async () => {
    const { post, read } = start();
    const { ruleset: _, ...without } = COUNTS;
    await post({ counts: [without] });
    await post({ instance: 'pod-2', environment: 'elsewhere' });
    const { instances, windows } = await read();
    expect(windows).toEqual([]);
    expect(instances.map(({ instance, applied }) => [instance, applied?.generation])).toEqual([
      ['pod-1', 7],
      ['pod-2', undefined],
    ]);
  });

  it('stores many in portions', async () => {
    const { store, environment, clock, read } = start();
    for (let index = 0; index < 1200; index++)
      store.take(aReport({ environment, instance: `pod-${index}` }), { environment, nowMs: clock.nowMs() });
    const { instances, totals } = await read();
    expect([instances.length, totals.length]).toEqual([1200, 1200]);
  });
}

describe('usage on the embedded database', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openStore(undefined);
  });
  afterAll(() => database.close());
  keepsItsPromises(() => database);
});

const postgres: TestPostgres | undefined = await startPostgres();

(postgres === undefined ? describe.skip : describe)('usage on PostgreSQL', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openStore((await postgres?.createDatabase())?.url);
  });
  afterAll(() => database?.close());
  keepsItsPromises(() => database);
});

describe('the route', () => {
  const nothingStored: Transactions = {
    run: () => Promise.reject(new DomainError('database-unavailable', { detail: 'Away.' })),
    runReserved: () => Promise.reject(new Error('not for usage')),
  };

  it('refuses a body with everything that is wrong with it, and a large one unread', async () => {
    const { post, store } = open(nothingStored);
    const answer = await post({ ...aReport(), sequence: 0, user: 'ada' });
    expect(answer.statusCode).toBe(400);
    expect(
      answer
        .json()
        .violations.map(({ pointer }: { pointer: string }) => pointer)
        .sort(),
    ).toEqual(['/sequence', '/user']);
    const large = await post({ ...aReport(), sdk: { name: 'x'.repeat(3_200_000), version: '1' } });
    expect(large.json()).toMatchObject({ code: 'payload-too-large' });
    expect(store.buffer.size).toBe(0);
  });

  it('counts what clients could credit to nobody, once for each report', async () => {
    const { post, metric, guards } = open(nothingStored);
    const guarded = { ageMs: 0, lengthMs: 1, cells: [], seen: ['http.error'], uncredited: 3, dropped: 2 };
    for (let times = 0; times < 2; times++) expect((await post(aReport({ guarded }))).statusCode).toBe(202);
    expect((await post(aReport({ guarded, sequence: 2 }), { 'x-kind': 'web' })).statusCode).toBe(202);
    expect(await metric('guidon_sdk_outcomes_uncredited_total')).toMatchObject([
      { value: 5, labels: { environment: 'production' } },
    ]);
    // What a web key says for guards is not believed.
    expect(guards.buffer.size).toBe(2);
    const refused = await post(aReport({ guarded: { ...guarded, seen: ['No Name'] }, sequence: 3 }));
    expect([refused.statusCode, refused.json().code]).toEqual([400, 'request-invalid']);
  });

  it('says to server keys that it takes answers, takes reports without them, and keeps web keys short', async () => {
    const { post, hourly } = open(nothingStored);
    const answers = {
      ageMs: 0,
      lengthMs: 10_000,
      dropped: 0,
      cells: [{ flag: 'checkout', variant: 'on', reason: 'STATIC', count: 4 } as const],
    };
    const without = await post(aReport());
    expect([without.statusCode, without.headers['guidon-takes']]).toEqual([202, 'answers guarded']);
    const web = await post(aReport({ answers }), { 'x-kind': 'web' });
    expect([web.statusCode, web.headers['guidon-takes'], hourly.buffer.size]).toEqual([202, undefined, 0]);
    const large = { ...aReport(), sdk: { name: 'x'.repeat(70_000), version: '1' } };
    expect((await post(large, { 'x-kind': 'web' })).json()).toMatchObject({ code: 'payload-too-large' });
    expect((await post(aReport({ answers }))).statusCode).toBe(202);
    expect(hourly.buffer.size).toBe(1);
    const [cell] = answers.cells;
    const twice = aReport({ answers: { ...answers, cells: [cell!, cell!] } });
    expect((await post(twice)).json().violations).toMatchObject([{ pointer: '/answers/cells' }]);
    const named = { ...answers, cells: [{ ...cell!, flag: 'ada@acme.example' }] };
    expect((await post(aReport({ answers: named }))).statusCode).toBe(400);
  });

  it('counts web keys apart, caps them, and believes nothing of them', async () => {
    const { post, store, metric, clock } = open(nothingStored);
    const asked = await Promise.all(Array.from({ length: 120 }, () => post(aReport(), { 'x-kind': 'web' })));
    expect(asked.filter(({ statusCode }) => statusCode === 202)).toHaveLength(100);
    expect(asked.at(-1)?.headers['retry-after']).toBe('30');
    clock.advance(1000);
    await post(aReport());
    expect(store.buffer.size).toBe(2);
    expect(await metric('guidon_sdk_evaluations_total')).toMatchObject([
      { labels: { environment: 'production', source: 'web' }, value: 10_000 },
      { labels: { environment: 'production', source: 'server' }, value: 100 },
    ]);
    expect(await metric('guidon_sdk_evaluation_errors_total')).toMatchObject([
      { labels: { source: 'web', code: 'GENERAL' }, value: 300 },
      { labels: { source: 'server', code: 'GENERAL' }, value: 3 },
    ]);
  });

  it('shows how many instances serve which generation, with a closed set of labels', async () => {
    const { post, metric, clock } = open(nothingStored);
    for (let generation = 1; generation <= 9; generation++)
      await post(aReport({ instance: `pod-${generation}`, applied: { ...RULESET, generation } }));
    const labels = async () =>
      (await metric('guidon_sdk_instances')).map(({ labels: { generation }, value }) => [generation, value]);
    const shown = new Map((await labels()) as [string, number][]);
    expect(shown).toEqual(
      new Map([
        ['9', 1],
        ['8', 1],
        ['7', 1],
        ['6', 1],
        ['older', 5],
      ]),
    );
    clock.advance(60_001);
    expect(await labels()).toEqual([]);
  });

  it('goes on with the database away, keeps what fits, and stores it afterwards', async () => {
    let away = true;
    const stored: string[] = [];
    const manager = { query: async (sql: string) => void stored.push(sql.slice(0, 25)) };
    const { post, store, clock } = open({
      run: async (work) => {
        if (away) throw new DomainError('database-unavailable', { detail: 'Away.' });
        return work(manager as never);
      },
      runReserved: () => Promise.reject(new Error('not for usage')),
    });
    store.start();
    for (let sequence = 1; sequence <= 20; sequence++) {
      expect((await post(aReport({ sequence }))).statusCode).toBe(202);
      await clock.advanceAsync(2_000);
    }
    expect(store.buffer.size).toBe(21);
    away = false;
    await clock.advanceAsync(2_000);
    expect(store.buffer.size).toBe(0);
    expect(stored).toEqual(['INSERT INTO sdk_instances', 'INSERT INTO usage_windows']);
    await store.stop();
    expect(clock.pending()).toBe(0);
  });
});
