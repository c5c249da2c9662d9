import { isInWave } from '@guidon/policy/waves';
import type { WaveDocument, WavesDocument } from '@guidon/protocol';
import { createGitRemote, flagFile, type GitRemote, projectFile, waitUntil } from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Clock } from '../src/kernel/index.js';
import { type HeldStream, InProcessServer } from './in-process-server.js';

// A real server and a Git remote on a busy machine: the bound catches what hangs.
jest.setTimeout(120_000);

const OFF = flagFile({ serve: { development: 'off', production: 'off' } });
const RULED = OFF.replace(
  'production: off',
  'production:\n    rules:\n      - { id: north, when: { country: NO }, serve: off }\n    serve: off',
);
const WAVES = '[{ percent: 50, hold: 60s }, { percent: 90, hold: 60s }]';
/** Of the first wave: its candidate has the second generation. */
const WAVE = 'production.2';
const SPEED = 8;
const STEP_MS = 10_000;

/** Eight seconds in each second, so that holds and silences of minutes pass in seconds. */
function fastClock(): Clock {
  const startMs = Date.now();
  const elapsedMs = () => performance.now() * SPEED;
  const zeroMs = elapsedMs();
  const timer = (handle: NodeJS.Timeout, end: (handle: NodeJS.Timeout) => void) => {
    handle.unref();
    return { cancel: () => end(handle) };
  };
  return {
    nowMs: () => Math.round(startMs + elapsedMs() - zeroMs),
    elapsedMs,
    after: (delayMs, run) => timer(setTimeout(run, delayMs / SPEED), clearTimeout),
    every: (periodMs, run) => timer(setInterval(run, periodMs / SPEED), clearInterval),
  };
}

const names = (prefix: string, isMember: boolean) =>
  Array.from({ length: 200 }, (_, index) => `${prefix}-${index}`).filter(
    (name) => isInWave(name, WAVE, 50) === isMember && isInWave(name, WAVE, 90),
  );

const REPORTING = [...names('pod', true).slice(0, 4), ...names('pod', false).slice(0, 4)];
const [HIDDEN = ''] = names('hidden', true);

/** The steps of one story: each test goes on where the one before ended. */
describe('given a fleet of which one instance holds a stream and reports nothing', () => {
  let remote: GitRemote;
  let server: InProcessServer;
  let hidden: HeldStream;
  let reports: NodeJS.Timeout;
  let sequence = 0;
  const clock = fastClock();

  beforeAll(async () => {
    remote = await createGitRemote({
      files: { 'flags/guidon.yaml': projectFile({ waves: WAVES }), 'flags/checkout.yaml': OFF },
    });
    server = await InProcessServer.start({ gitUrl: remote.url, clock });
    await server.sync();
    hidden = await server.holdStream(HIDDEN);
    reports = setInterval(() => void reportAll().catch(() => undefined), STEP_MS / SPEED);
  });

  afterAll(async () => {
    clearInterval(reports);
    hidden?.end();
    await server?.close();
  });

  async function reportAll(): Promise<void> {
    sequence += 1;
    for (const instance of REPORTING) {
      const live = server.running.catalog.rulesetFor('production', instance);
      const { lineage = '', generation = 0, hash = '' } = live ?? {};
      const ruleset = { lineage, generation, hash };
      const counts = [
        { ruleset, ageMs: 0, lengthMs: STEP_MS, evaluations: 500, errors: {}, defaultsServed: 0 },
      ];
      const body = {
        ...{ format: 1, instance, boot: 'b1', client: 1, sequence, uptimeMs: 1_000, dropped: 0, counts },
        ...{ environment: 'production', sdk: { name: '@guidon/node', version: '0.1.0' }, applied: ruleset },
      };
      await server.call('POST', '/sdk/v1/telemetry', { key: 'server', body });
    }
  }

  const wave = async (): Promise<WaveDocument | undefined> =>
    (await server.admin<WavesDocument>('GET', '/api/v1/waves')).waves[0];

  /** Lets so much time pass by the clock of the server. */
  const pass = (ms: number) => {
    const untilMs = clock.elapsedMs() + ms;
    return waitUntil(() => clock.elapsedMs() > untilMs, { timeoutMs: 60_000, what: 'time passed' });
  };

  test('takes it for a silent member, which holds the wave past its hold', async () => {
    await pass(30_000);
    await remote.publish({ 'flags/checkout.yaml': RULED }, 'Add a rule');
    await server.sync();
    expect((await wave())?.id).toBe(WAVE);
    await pass(100_000);
    expect(await wave()).toMatchObject({ stage: 0, decision: 'hold', cause: 'silent' });
    const { reason, members } = (await wave()) as WaveDocument;
    expect(reason).toContain(HIDDEN);
    expect(members).toMatchObject({ candidate: 5, adopted: 4, control: 4 });
  });

  test('goes on once it is killed, which no longer holds anything', async () => {
    hidden.end();
    await waitUntil(async () => (await wave())?.stage === 1, {
      what: 'the wave went on without it',
      timeoutMs: 30_000,
    });
  });
});
