import { afterEach, expect, it } from '@jest/globals';
import { fastify } from 'fastify';
import { inSpan, inStep, type RequestFacts, type Tracing, useTracing } from './spans.js';
import { traceRequests } from './trace-requests.js';

const SAMPLED = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** Keeps what it is told. */
class NotedSpans implements Tracing {
  readonly requests: (RequestFacts & { status?: number })[] = [];
  readonly spans: string[] = [];
  within = false;

  span<T>(name: string, _facts: object, work: () => Promise<T>): Promise<T> {
    this.spans.push(name);
    return work();
  }
  isWithinSpan(): boolean {
    return this.within;
  }
  ids(): undefined {
    return undefined;
  }
  request(facts: RequestFacts) {
    const noted: RequestFacts & { status?: number } = { ...facts };
    this.requests.push(noted);
    return {
      within: <T>(work: () => T): T => work(),
      end: (status: number) => {
        noted.status = status;
      },
    };
  }
}

afterEach(() => useTracing(undefined));

function app() {
  const instance = fastify();
  const hooks: string[] = [];
  const addHook = instance.addHook.bind(instance) as (name: string, hook: unknown) => unknown;
  Object.assign(instance, {
    addHook: (name: string, hook: unknown) => {
      hooks.push(name);
      return addHook(name, hook);
    },
  });
  traceRequests(instance);
  instance.get('/api/v1/flags/:key', () => ({}));
  instance.post('/ofrep/v1/evaluate/flags/*', (_request, reply) => reply.code(404).send());
  return { instance, hooks };
}

it('hooks nothing in and makes no span where nobody asked for spans', async () => {
  const { instance, hooks } = app();
  expect((await instance.inject('/api/v1/flags/a')).statusCode).toBe(200);
  expect(hooks).toEqual([]);
  expect(await inSpan('sync.run', {}, async () => 1)).toBe(1);
  expect(await inStep('database.transaction', {}, async () => 2)).toBe(2);
});

it('names requests by their route, and tells how each ended', async () => {
  const noted = new NotedSpans();
  useTracing(noted);
  const { instance } = app();
  await instance.inject('/api/v1/flags/a-secret');
  await instance.inject('/nowhere/a-secret');
  expect(noted.requests.map(({ name }) => name)).toEqual(['GET /api/v1/flags/:key', 'GET']);
  expect(noted.requests.map(({ status }) => status)).toEqual([200, 404]);
  expect(JSON.stringify(noted.requests)).not.toContain('a-secret');
});

it('makes a span on a hot route only within a trace that the caller takes', async () => {
  const noted = new NotedSpans();
  useTracing(noted);
  const { instance } = app();
  const evaluate = (traceparent?: string) =>
    instance.inject({
      ...{ method: 'POST', url: '/ofrep/v1/evaluate/flags/a', payload: {} },
      headers: traceparent === undefined ? {} : { traceparent },
    });
  await evaluate();
  await evaluate(SAMPLED.replace(/01$/, '00'));
  await evaluate('nonsense');
  expect(noted.requests).toEqual([]);
  await evaluate(SAMPLED);
  expect(noted.requests.map(({ traceparent }) => traceparent)).toEqual([SAMPLED]);
});

it('makes steps only of something larger', async () => {
  const noted = new NotedSpans();
  useTracing(noted);
  await inStep('database.transaction', {}, async () => {});
  noted.within = true;
  await inStep('database.transaction', {}, async () => {});
  await inSpan('sync.run', {}, async () => {});
  expect(noted.spans).toEqual(['database.transaction', 'sync.run']);
});
