import type { DriftDocument, PressAnswer, SyncDocument, WavesDocument } from '@guidon/protocol';
import { createGitRemote, flagFile, type GitRemote, projectFile, waitUntil } from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type HeldStream, InProcessServer } from './in-process-server.js';
import { quickDatabase } from './quick-database.js';

// A real server and a Git remote on a busy machine: the bound catches what hangs.
jest.setTimeout(60_000);

const WITH = projectFile({ waves: '[{ percent: 50, hold: 240s }]' });
const WITHOUT = WITH.replace(/ {2}- \{ id: production.*\n/, '');
const BOTH = flagFile({ serve: { development: 'off', production: 'on' } });
const ONLY_DEVELOPMENT = flagFile({ serve: { development: 'off' } });
const RULED = BOTH.replace(
  'production: on',
  'production:\n    rules:\n      - { id: north, when: { country: NO }, serve: off }\n    serve: on',
);

/** The steps of one story: each test goes on where the one before ended. */
describe('given an environment that is taken out of guidon.yaml while clients hold its streams', () => {
  let remote: GitRemote;
  let server: InProcessServer;
  let stream: HeldStream;
  let generation: number;

  beforeAll(async () => {
    remote = await createGitRemote({
      files: {
        'flags/guidon.yaml': WITH,
        'flags/checkout.yaml': ONLY_DEVELOPMENT,
        'flags/login.yaml': ONLY_DEVELOPMENT,
      },
    });
    server = await InProcessServer.start({ gitUrl: remote.url, ...(await quickDatabase()) });
    await server.sync();
    // New flags may not be on in a protected environment at once.
    await remote.publish({
      'flags/checkout.yaml': BOTH.replace('safe:', 'waive: { percent-jump: A test }\nsafe:'),
    });
    await server.sync();
    await advanceWave();
    stream = await server.holdStream('pod-1');
    await waitUntil(() => stream.events.some(({ event }) => event === 'ruleset'));
    generation = (await ruleset()).generation;
  });

  afterAll(async () => {
    stream?.end();
    await server?.close();
  });

  const sync = () => server.admin<SyncDocument>('GET', '/api/v1/sync');
  const drift = () => server.admin<DriftDocument>('GET', '/api/v1/drift');
  const waves = async () => (await server.admin<WavesDocument>('GET', '/api/v1/waves')).waves;

  async function advanceWave(): Promise<void> {
    const [wave] = await waves();
    await server.admin('POST', `/api/v1/waves/${wave?.id}/advance`, { reason: 'a test goes on' });
  }

  async function ruleset(): Promise<{ generation: number; flags: Record<string, unknown> }> {
    const answer = await server.call('GET', '/sdk/v1/ruleset', { key: 'server' });
    expect(answer.status).toBe(200);
    return (await answer.json()) as { generation: number; flags: Record<string, unknown> };
  }

  async function evaluate(flag: string): Promise<unknown> {
    const answer = await server.call('POST', `/ofrep/v1/evaluate/flags/${flag}`, {
      key: 'server',
      body: { context: { targetingKey: 'u-1' } },
    });
    return ((await answer.json()) as { variant?: string }).variant;
  }

  async function publish(files: { readonly [path: string]: string }): Promise<void> {
    const commit = await remote.publish(files);
    await server.sync();
    if ((await sync()).state !== 'held') return;
    await server.admin('POST', `/api/v1/revisions/${commit}/accept`, { reason: 'We mean it.' });
    await server.sync();
  }

  test('serves what the environment had last, to who asks and to who comes anew', async () => {
    expect(await evaluate('checkout')).toBe('on');
    await publish({ 'flags/guidon.yaml': WITHOUT, 'flags/checkout.yaml': ONLY_DEVELOPMENT });
    expect((await sync()).environments.map(({ environment }) => environment)).toEqual(['development']);
    expect(await evaluate('checkout')).toBe('on');
    expect((await ruleset()).generation).toBe(generation);
    const newcomer = await server.holdStream('pod-2');
    await waitUntil(() => newcomer.events.some(({ event }) => event === 'ruleset'));
    newcomer.end();
  });

  test('names it as removed, with how many still hold its streams', async () => {
    await waitUntil(async () => (await sync()).removed?.[0]?.streams === 1, {
      what: 'the streams were counted',
      timeoutMs: 15_000,
    });
    expect((await sync()).removed).toMatchObject([{ environment: 'production', generation, streams: 1 }]);
    const { removed, reasons, environments } = await drift();
    expect(removed).toMatchObject([{ environment: 'production', generation, streams: 1 }]);
    expect(environments.map(({ environment }) => environment)).toEqual(['development']);
    expect(reasons.join()).toContain('production is no longer in guidon.yaml');
  });

  test('is reached by the red button for everything, and by one that names it', async () => {
    const body = { scope: { all: true }, environments: 'all', reason: 'It burns.' };
    const pressed = await server.admin<PressAnswer>('POST', '/api/v1/red-button', body);
    expect(pressed.targets).toContainEqual({ environment: 'production', flag: 'checkout' });
    await waitUntil(() => stream.events.some(({ event }) => event === 'kill'), {
      what: 'the stream was told of the kill',
    });
    expect(await evaluate('checkout')).toBe('off');
    await server.admin('POST', `/api/v1/red-button/${pressed.id}/revive`, { reason: 'It is out.' });
    expect(await evaluate('checkout')).toBe('on');
    const named = { ...body, environments: ['production'], scope: { flag: 'checkout' }, dryRun: true };
    expect(await server.admin('POST', '/api/v1/red-button', named)).toMatchObject({
      targets: [{ environment: 'production', flag: 'checkout' }],
    });
  });

  test('goes on from there by waves when it is added again, and never turns back', async () => {
    const seen = stream.events.length;
    await publish({ 'flags/guidon.yaml': WITH, 'flags/checkout.yaml': RULED });
    expect((await sync()).removed).toEqual([]);
    const [wave] = await waves();
    expect(wave).toMatchObject({ environment: 'production', stage: 0 });
    expect(wave?.stable.generation).toBe(generation);
    expect(wave?.candidate.generation).toBeGreaterThan(generation);
    // Whoever gave no name is served the stable one.
    expect((await ruleset()).generation).toBe(generation);
    await advanceWave();
    await waitUntil(() => stream.events.slice(seen).some(({ event }) => event === 'patch'), {
      what: 'the stream that was open all along got the change',
    });
    expect((await ruleset()).generation).toBe(wave?.candidate.generation);
  });
});
