import { createGuidon, type GuidonClient } from '@guidon/node';
import type { TelemetryReport } from '@guidon/protocol';
import { ROLLOUT_METRICS } from '@guidon/protocol/metrics';
import { createGitRemote, flagFile, projectFile, waitUntil } from '@guidon/testkit';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { InProcessServer } from './in-process-server.js';
import { type Exposition, missing, parseExposition, whyUndeclared } from './judge-exposition.js';

// A real server, SDK and Git remote on a busy machine: the bound catches what hangs.
jest.setTimeout(90_000);

const PROJECT = {
  environment: ['development', 'production'],
  flag: ['checkout', 'login'],
  variant: ['on', 'off'],
};
/** One needs an environment that a person lets go (`drift-metrics.spec.ts`), others rollouts (`rollout-metrics.pure.spec.ts`) and a receiver (`notifications.spec.ts`). */
const NOT_PROVOKED = [
  'guidon_removed_environment_streams',
  ...Object.keys(ROLLOUT_METRICS),
  'guidon_notification_attempts_total',
];
/** Told on Linux, or by what the process happens to do just now. */
const OF_THE_MACHINE = [
  'guidon_process_virtual_memory_bytes',
  'guidon_process_heap_bytes',
  'guidon_process_open_fds',
  'guidon_process_max_fds',
  'guidon_nodejs_active_requests',
  'guidon_nodejs_active_handles',
  'guidon_nodejs_gc_duration_seconds',
];
const SECRET = 'a'.repeat(32);

let server: InProcessServer;
let client: GuidonClient;
let told: Exposition;

const OFF = flagFile({ serve: { development: 'on', production: 'off' } });
/** Other content in production that serves the same. */
const RULED = OFF.replace(
  'production: off',
  'production:\n    rules:\n      - { id: north, when: { country: NO }, serve: off }\n    serve: off',
);

beforeAll(async () => {
  const remote = await createGitRemote({
    files: {
      'flags/guidon.yaml': projectFile({ waves: '[{ percent: 1, hold: 600s }]' }),
      'flags/checkout.yaml': OFF,
      'flags/login.yaml': OFF,
    },
  });
  const signing = Buffer.alloc(32, 7).toString('base64');
  server = await InProcessServer.start({
    gitUrl: remote.url,
    env: { GUIDON_SIGNING_KEY: signing, GUIDON_WEBHOOK_SECRET: SECRET },
  });
  await server.sync();
  client = startClient();
  await waitUntil(() => !client.boolean('checkout', {}, true), { what: 'the SDK has its ruleset' });
  await evaluateByOfrep();
  await server.holdStream('pod-2');
  await remote.publish({ 'flags/checkout.yaml': RULED }, 'Add a rule');
  await server.sync();
  await remote.publish({ 'flags/login.yaml': RULED }, 'Add a rule while the wave is under way');
  await server.sync();
  await report();
  await server.call('POST', '/hooks/git', { body: { not: 'signed' } });
  await server.admin('POST', '/api/v1/red-button', {
    ...{ scope: { flag: 'login' }, environments: ['production'], reason: 'a test pressed it' },
  });
  told = await waitUntil(
    async () => {
      const seen = await scrape();
      const hasDrift = [
        'guidon_override_age_seconds',
        'guidon_wave_percent',
        'guidon_waiting_age_seconds',
      ].every((name) => seen.samples.some((sample) => sample.name === name));
      return hasDrift ? seen : undefined;
    },
    { timeoutMs: 30_000, everyMs: 250, what: 'the metrics tell of the wave and the kill' },
  );
});

afterAll(async () => {
  client?.close();
  await server?.close();
});

function startClient(): GuidonClient {
  const logger = { warn: () => {}, error: () => {} };
  const key = server.headersOf('server').authorization.replace('Bearer ', '');
  return createGuidon({ url: server.url, key, logger });
}

async function evaluateByOfrep(): Promise<void> {
  for (const path of ['/checkout', '/no-such-flag', ''])
    await server.call('POST', `/ofrep/v1/evaluate/flags${path}`, { key: 'server', body: { context: {} } });
}

/** As an SDK sends it, but for the names that somebody made up. */
async function report(): Promise<void> {
  const cells = [
    ['checkout', 'off', 40],
    ['checkout', 'no-such-variant', 2],
    ['no-such-flag', 'on', 3],
  ] as const;
  const body: TelemetryReport = {
    ...{ format: 1, instance: 'pod-9', boot: 'b', client: 1, sequence: 1, uptimeMs: 9_000, dropped: 0 },
    ...{ environment: 'production', sdk: { name: '@guidon/node', version: '0.1.0' } },
    counts: [{ ageMs: 0, lengthMs: 9_000, evaluations: 45, errors: { TYPE_MISMATCH: 1 }, defaultsServed: 1 }],
    answers: {
      ...{ ageMs: 0, lengthMs: 9_000, dropped: 0 },
      cells: cells.map(([name, variant, count]) => ({
        flag: name,
        variant,
        count,
        reason: 'STATIC' as const,
      })),
    },
    guarded: { ageMs: 0, lengthMs: 9_000, cells: [], seen: ['http.error'], uncredited: 3, dropped: 0 },
  };
  const answer = await server.call('POST', '/sdk/v1/telemetry', { key: 'server', body });
  if (!answer.ok) throw new Error(await answer.text());
}

async function scrape(): Promise<Exposition> {
  return parseExposition(await (await fetch(`${server.url}/metrics`)).text());
}

function value(name: string, labels: { readonly [label: string]: string } = {}): number | undefined {
  const isAsked = Object.entries(labels);
  return told.samples.find(
    (one) => one.name === name && isAsked.every(([key, text]) => one.labels[key] === text),
  )?.value;
}

it('tells nothing that is not declared, by type, labels and label values', () => {
  expect(whyUndeclared(told, PROJECT)).toEqual([]);
});

it('tells everything that is declared', () => {
  const machine = new Set(OF_THE_MACHINE);
  expect(missing(told).filter((name) => !machine.has(name))).toEqual(NOT_PROVOKED);
});

it('counts by flag and variant, and never by a name that a report made up', () => {
  const of = (name: string, variant: string) =>
    value('guidon_flag_evaluations_total', { environment: 'production', flag: name, variant });
  expect([of('checkout', 'off'), of('checkout', 'other'), of('other', 'other')]).toEqual([40, 2, 3]);
});

it('tells of the wave, the kill and whom the button reached', () => {
  expect(value('guidon_wave_percent', { environment: 'production' })).toBe(1);
  expect(value('guidon_killed_flags', { environment: 'production' })).toBe(1);
  expect(value('guidon_killed_flags', { environment: 'development' })).toBe(0);
  expect(value('guidon_overrides', { kind: 'kill' })).toBe(1);
  expect(value('guidon_streams_open', { environment: 'production' })).toBe(2);
  expect(value('guidon_stream_events_total', { event: 'kill' })).toBe(2);
  expect(value('guidon_kill_broadcast_seconds_count')).toBe(1);
  expect(value('guidon_publish_seconds_count')).toBeGreaterThanOrEqual(2);
  expect(value('guidon_database_up')).toBe(1);
});

it('would notice an unknown metric, a wrong type, an unknown label and a label that a caller wrote', () => {
  const planted = [
    '# TYPE guidon_made_up_total counter',
    'guidon_made_up_total 1',
    '# TYPE guidon_leader counter',
    'guidon_leader{who="me"} 1',
    'guidon_flag_evaluations_total{environment="production",flag="made-up",variant="on"} 1',
    'guidon_stream_events_total{event="made-up"} 1',
  ].join('\n');
  const seen = parseExposition(planted);
  expect(whyUndeclared(seen, PROJECT)).toEqual([
    'guidon_made_up_total is not declared',
    'guidon_leader is a counter, declared as gauge',
    'guidon_leader has the label who, which is not declared',
    'guidon_flag_evaluations_total has flag="made-up", which nothing declares',
    'guidon_stream_events_total has event="made-up", which nothing declares',
  ]);
  expect(missing(seen)).toContain('guidon_in_sync');
});
