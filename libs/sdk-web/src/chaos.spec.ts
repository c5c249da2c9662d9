import { waitUntil } from '@guidon/testkit';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { type Client, OpenFeature, ProviderEvents } from '@openfeature/web-sdk';
import { WEB_KEY } from '../test/fake-world.js';
import { type Mood, OfrepServer } from '../test/ofrep-server.js';
import { QuickWorld } from '../test/quick-world.js';
import { GuidonWebProvider } from './guidon-web-provider.js';

jest.setTimeout(30_000);
OpenFeature.setLogger({ error() {}, warn() {}, info() {}, debug() {} });

const ended: (() => unknown)[] = [];
afterEach(async () => {
  await OpenFeature.clearProviders();
  for (const end of ended.splice(0).reverse()) await end();
});

let domains = 0;

interface Page {
  readonly client: Client;
  readonly events: string[];
  readonly world: QuickWorld;
  readonly warned: string[];
  value(): boolean;
  until(event: string): Promise<void>;
}

async function open(url: string, world = new QuickWorld()): Promise<Page> {
  const domain = `chaos-${domains++}`;
  const [events, warned]: [string[], string[]] = [[], []];
  const logger = { warn: (sentence: string) => warned.push(sentence) };
  OpenFeature.setProvider(domain, new GuidonWebProvider({ url, key: WEB_KEY, logger }, world));
  const client = OpenFeature.getClient(domain);
  await Promise.resolve();
  for (const event of [
    ProviderEvents.Ready,
    ProviderEvents.Stale,
    ProviderEvents.Error,
    ProviderEvents.ConfigurationChanged,
  ])
    client.addHandler(event, () => void events.push(event.replace('PROVIDER_', '')));
  return {
    client,
    events,
    world,
    warned,
    value: () => client.getBooleanValue('new-checkout', true),
    until: (event) =>
      waitUntil(() => events.includes(event), { timeoutMs: 10_000, everyMs: 10, what: `${event} came` }).then(
        () => undefined,
      ),
  };
}

async function serving(): Promise<OfrepServer> {
  const server = await new OfrepServer().start();
  ended.push(() => server.stop());
  return server;
}

const FAILURES = [500, 502, 503, 429, 408, 'html', 'hangs', 'drips', 'cut', 'reset', 'other-json'] as const;
const REFUSALS = [401, 403, 404] as const;

async function survives(mood: Mood): Promise<void> {
  const server = await serving();
  server.token = undefined;
  const page = await open(server.url);
  await page.until('READY');
  page.events.length = 0;
  server.mood = mood;
  await page.until('STALE');
  expect([mood, page.value()]).toEqual([mood, false]);
  // A minute of trouble: a first try, and what a back-off of half a minute lets through.
  expect([mood, server.asked.length < 20]).toEqual([mood, true]);
  server.mood = 'well';
  server.change({ 'new-checkout': true });
  await page.until('CONFIGURATION_CHANGED');
  const seen = [mood, page.events, page.value(), page.warned];
  expect(seen).toEqual([mood, ['STALE', 'READY', 'CONFIGURATION_CHANGED'], true, []]);
}

async function isRefused(mood: Mood): Promise<void> {
  const server = await serving();
  server.token = undefined;
  // The shorter end of the long wait after a refusal.
  const page = await open(server.url, Object.assign(new QuickWorld(), { random: () => 0 }));
  await page.until('READY');
  page.events.length = 0;
  server.mood = mood;
  await page.until('ERROR');
  expect([mood, page.value(), page.warned.length]).toEqual([mood, false, 1]);
  server.mood = 'well';
  await page.until('READY');
  expect([mood, page.events]).toEqual([mood, ['ERROR', 'READY']]);
}

describe('over real sockets', () => {
  // At the same time, because each of them is spent waiting.
  test.each<[string, readonly Mood[], (mood: Mood) => Promise<void>]>([
    ['serves on through failures, is STALE, and READY when they are over', FAILURES, survives],
    ['tells of refusals, serves on, and recovers by itself', REFUSALS, isRefused],
  ])('%s', async (_name, moods, goThrough) => {
    await Promise.all(moods.map((mood) => goThrough(mood)));
  });

  test('starts without a server, and is READY when there is one', async () => {
    const server = await serving();
    await server.stop();
    const page = await open(server.url);
    await page.until('ERROR');
    expect(page.client.getBooleanDetails('new-checkout', true)).toMatchObject({
      value: true,
      errorCode: 'PROVIDER_NOT_READY',
    });
    await server.start();
    await page.until('READY');
    expect(page.value()).toBe(false);
  });

  test('starts from its storage without a server, also when the clock has jumped by a day either way', async () => {
    const server = await serving();
    const first = await open(server.url);
    await first.until('READY');
    await OpenFeature.clearProviders();
    await server.stop();
    for (const skewMs of [86_400_000, -86_400_000]) {
      const world = Object.assign(new QuickWorld(), { storage: first.world.storage, skewMs });
      const page = await open(server.url, world);
      await page.until('STALE');
      const { value, reason, flagMetadata } = page.client.getBooleanDetails('new-checkout', true);
      expect([value, reason, flagMetadata.source]).toEqual([false, 'CACHED', 'storage']);
      expect(flagMetadata.ageMs).toBeGreaterThanOrEqual(0);
    }
  });

  test('follows a stream through breaks, a restart and an expired address', async () => {
    const server = await serving();
    const page = await open(server.url);
    const streams = (count: number) =>
      waitUntil(() => server.streams.size === count, {
        timeoutMs: 10_000,
        everyMs: 5,
        what: `${count} streams`,
      });
    await streams(1);
    for (const how of ['message', 'break', 'restart', 'expiry'] as const) {
      page.events.length = 0;
      const next = !server.values['new-checkout'];
      if (how === 'message') server.change({ 'new-checkout': next });
      else {
        server.change({ 'new-checkout': next }, { tell: false });
        if (how === 'expiry') server.token = 2;
        if (how === 'restart') await server.stop().then(() => server.start());
        else server.breakStreams();
      }
      await page.until('CONFIGURATION_CHANGED');
      await streams(1);
      expect([how, page.value(), page.events]).toEqual([how, next, ['CONFIGURATION_CHANGED']]);
    }
    expect([page.warned, page.client.providerStatus]).toEqual([[], 'READY']);
  });

  test('does not run hot against streams that are always refused', async () => {
    const server = await serving();
    const page = await open(server.url);
    await page.until('READY');
    // Offers one address and takes another.
    Object.defineProperty(server, 'token', { get: () => 3 + server.refusedStreams.length });
    server.breakStreams();
    const beganMs = page.world.now().elapsedMs;
    await waitUntil(() => page.world.now().elapsedMs - beganMs > 90_000, {
      timeoutMs: 10_000,
      everyMs: 20,
      what: 'time',
    });
    expect(server.refusedStreams.length).toBeLessThan(8);
    expect(server.asked.length).toBeLessThan(30);
    expect(page.events.filter((event) => event !== 'READY')).toEqual([]);
  });

  test('leaves nothing running when it is closed in the middle of trouble', async () => {
    const server = await serving();
    server.mood = 'hangs';
    const page = await open(server.url);
    await waitUntil(() => server.asked.length > 0, { timeoutMs: 5_000, everyMs: 5, what: 'a question' });
    await OpenFeature.clearProviders();
    await waitUntil(() => page.world.timers === 0, { timeoutMs: 200, everyMs: 5, what: 'all timers ended' });
  });
});
