import { waitUntil } from '@guidon/testkit';
import { afterEach, describe, expect, test } from '@jest/globals';
import { OpenFeature, ProviderEvents, ProviderStatus } from '@openfeature/server-sdk';
import { FakeServer, flag, ruleset } from '../test/fake-server.js';
import { createGuidon } from './create-guidon.js';
import { GuidonProvider } from './guidon-provider.js';

const KEY = `gdn_server_abcdefgh_${'x'.repeat(43)}`;
const NOWHERE = 'http://127.0.0.1:9';
const quiet = { warn: () => {}, error: () => {} };
const ended: (() => unknown)[] = [];
let domains = 0;

afterEach(async () => {
  await OpenFeature.clearProviders();
  OpenFeature.clearHandlers();
  for (const end of ended.splice(0).reverse()) await end();
});

const content = ruleset({
  yes: flag('on'),
  no: flag('off'),
  text: flag('on', {
    type: 'string',
    variants: [
      ['off', ''],
      ['on', 'blue'],
    ],
  }),
  number: flag('on', {
    type: 'number',
    variants: [
      ['off', 0],
      ['on', 12.5],
    ],
  }),
  object: flag('on', {
    type: 'object',
    variants: [
      ['off', { a: 0 }],
      ['on', { a: 1 }],
    ],
  }),
  vip: flag('off', {
    rules: [
      {
        id: 'vips',
        when: { op: 'string', attribute: 'targetingKey', test: 'in', values: ['u-1'] },
        outcome: { serve: 'on' },
      },
    ],
  }),
});

async function serving(): Promise<FakeServer> {
  const server = await new FakeServer(content).start();
  ended.push(() => server.kill());
  return server;
}

/** Binds the provider to a domain of its own and collects the events that an application hears there. */
function bind(provider: GuidonProvider) {
  domains += 1;
  const domain = `d${domains}`;
  const client = OpenFeature.getClient(domain);
  const events: string[] = [];
  const waiting = new Set<() => void>();
  for (const event of [
    ProviderEvents.Ready,
    ProviderEvents.Stale,
    ProviderEvents.Error,
    ProviderEvents.ConfigurationChanged,
  ]) {
    // Handlers added before the provider would be told of the no-op provider's readiness.
    client.addHandler(event, (details) => {
      const flags = (details as { flagsChanged?: string[] }).flagsChanged;
      events.push(flags === undefined ? event : `${event} ${flags.join()}`);
      for (const look of [...waiting]) look();
    });
  }
  const until = (fits: (seen: readonly string[]) => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!fits(events)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  const setting = OpenFeature.setProviderAndWait(domain, provider);
  return { client, events, until, setting };
}

const options = (url: string) => ({ url, key: KEY, logger: quiet, initTimeoutMs: 2_000 });

describe('through OpenFeature', () => {
  test('gives values of every type with variant, reason and where they come from', async () => {
    const server = await serving();
    const { client, setting } = bind(new GuidonProvider(options(server.url)));
    await setting;
    expect(await client.getBooleanValue('yes', false)).toBe(true);
    expect(await client.getStringValue('text', '')).toBe('blue');
    expect(await client.getNumberValue('number', 0)).toBe(12.5);
    expect(await client.getObjectValue('object', {})).toEqual({ a: 1 });
    expect(await client.getBooleanDetails('vip', false, { targetingKey: 'u-1' })).toEqual({
      flagKey: 'vip',
      value: true,
      variant: 'on',
      reason: 'TARGETING_MATCH',
      flagMetadata: {
        source: 'network',
        generation: 1,
        flagSetId: 'production',
        version: 'first',
        ruleId: 'vips',
      },
    });
  });

  test('answers with the default and a code when the flag is unknown or of another type', async () => {
    const server = await serving();
    const { client, setting } = bind(new GuidonProvider(options(server.url)));
    await setting;
    expect(await client.getBooleanDetails('none', true)).toMatchObject({
      value: true,
      errorCode: 'FLAG_NOT_FOUND',
      reason: 'ERROR',
      errorMessage: 'none: no such flag',
    });
    const wrong = await client.getStringDetails('yes', 'd');
    expect(wrong).toMatchObject({ value: 'd', errorCode: 'TYPE_MISMATCH' });
    expect(wrong.variant).toBeUndefined();
  });

  test('hands out the same answer while the data is current, and another after a change', async () => {
    const server = await serving();
    const provider = new GuidonProvider(options(server.url));
    const { setting, until } = bind(provider);
    await setting;
    const ask = () => provider.resolveBooleanEvaluation('yes', false, {});
    expect(ask()).toBe(ask());
    server.press('k1', 'yes');
    await until((seen) => seen.some((event) => event.startsWith('PROVIDER_CONFIGURATION_CHANGED')));
    expect(await ask()).toMatchObject({ value: false, reason: 'DISABLED', variant: 'off' });
  });

  test('counts what it answers, once for each evaluation', async () => {
    const server = await serving();
    const provider = new GuidonProvider({ url: server.url, key: KEY, logger: quiet });
    const { client } = bind(provider);
    await provider.client.ready();
    await client.getBooleanValue('yes', false);
    await client.getBooleanValue('text', false);
    await client.getBooleanValue('unknown', false);
    provider.client.close();
    await waitUntil(() => server.reports.length > 0, { what: 'the last report came' });
    expect(server.reports.at(-1)).toMatchObject({
      counts: [{ evaluations: 3, errors: { FLAG_NOT_FOUND: 1, TYPE_MISMATCH: 1 }, defaultsServed: 2 }],
    });
  });

  test('says how old the answers are while they are not current', async () => {
    const server = await serving();
    const { client, setting, until } = bind(new GuidonProvider(options(server.url)));
    await setting;
    await server.kill();
    await until((seen) => seen.includes('PROVIDER_STALE'));
    const { value, flagMetadata } = await client.getBooleanDetails('yes', false);
    expect([value, typeof flagMetadata.ageMs, flagMetadata.proof]).toEqual([true, 'number', 'trying']);
  });
});

describe('the events', () => {
  test('are ready once, then a change with its flags', async () => {
    const server = await serving();
    const { client, events, until, setting } = bind(new GuidonProvider(options(server.url)));
    await setting;
    server.publish({ ...content, flags: { ...content.flags, no: flag('on') } });
    await until((seen) => seen.length > 1);
    expect(events).toEqual(['PROVIDER_READY', 'PROVIDER_CONFIGURATION_CHANGED no']);
    expect(client.providerStatus).toBe(ProviderStatus.READY);
  });

  test('are ready, stale, ready over a short outage', async () => {
    const server = await serving();
    const { client, events, until, setting } = bind(new GuidonProvider(options(server.url)));
    await setting;
    await server.kill();
    await until((seen) => seen.includes('PROVIDER_STALE'));
    expect([client.providerStatus, await client.getBooleanValue('yes', false)]).toEqual([
      ProviderStatus.STALE,
      true,
    ]);
    await server.start();
    await until((seen) => seen.length > 2);
    expect(events).toEqual(['PROVIDER_READY', 'PROVIDER_STALE', 'PROVIDER_READY']);
    expect(client.providerStatus).toBe(ProviderStatus.READY);
  });

  test('are ready and then stale when the start is from older data', async () => {
    const server = await serving();
    const bootstrap = server.document;
    const { client, events, until, setting } = bind(new GuidonProvider({ ...options(NOWHERE), bootstrap }));
    await setting;
    await until((seen) => seen.length > 1);
    expect(events).toEqual(['PROVIDER_READY', 'PROVIDER_STALE']);
    expect((await client.getBooleanDetails('yes', false)).flagMetadata).toMatchObject({
      source: 'bootstrap',
    });
  });

  test('are an error when there is nothing, defaults meanwhile, and ready when the server comes', async () => {
    const server = await serving();
    const { url } = server;
    await server.kill();
    const { client, events, until, setting } = bind(
      new GuidonProvider({ ...options(url), initTimeoutMs: 100 }),
    );
    await expect(setting).rejects.toThrow(/cannot be reached/);
    expect([client.providerStatus, await client.getBooleanValue('yes', false)]).toEqual([
      ProviderStatus.ERROR,
      false,
    ]);
    await server.start();
    await until((seen) => seen.includes('PROVIDER_READY'));
    expect(events.filter((event) => !event.startsWith('PROVIDER_CONFIG'))).toEqual([
      'PROVIDER_ERROR',
      'PROVIDER_READY',
    ]);
    expect(await client.getBooleanValue('yes', false)).toBe(true);
  }, 15_000);
});

describe('the end', () => {
  test('closes the client that the provider made, and makes another when it is set again', async () => {
    const server = await serving();
    const provider = new GuidonProvider(options(server.url));
    await bind(provider).setting;
    await OpenFeature.clearProviders();
    expect(provider.client.status().state).toBe('closed');
    const again = bind(provider);
    await again.setting;
    expect(await again.client.getBooleanValue('yes', false)).toBe(true);
  });

  test('leaves open a client that was given', async () => {
    const server = await serving();
    const client = createGuidon(options(server.url));
    ended.push(() => client.close());
    await bind(new GuidonProvider(client)).setting;
    await OpenFeature.clearProviders();
    expect(client.status().state).toBe('ready');
  });
});
