import { afterEach, describe, expect, test } from '@jest/globals';
import { OpenFeature } from '@openfeature/web-sdk';
import { FakeWorld, ok, status, URL_BASE, WEB_KEY } from '../test/fake-world.js';
import { start } from '../test/with-openfeature.js';

OpenFeature.setLogger({ error() {}, warn() {}, info() {}, debug() {} });

afterEach(() => OpenFeature.clearProviders());

const away = () => new TypeError('Failed to fetch');

describe('at its start', () => {
  test('asks once for all flags of the context, and answers from memory', async () => {
    const world = new FakeWorld();
    world.answers = [
      ok({ a: true, text: 'x', size: 3, box: { item: { value: { deep: [1] }, reason: 'SPLIT' } } }),
    ];
    const { client, events, status } = await start(world, { targetingKey: 'ada', plan: 'pro' });
    expect(world.asked).toHaveLength(1);
    expect(world.asked[0]).toMatchObject({
      url: `${URL_BASE}/ofrep/v1/evaluate/flags`,
      headers: { authorization: `Bearer ${WEB_KEY}`, 'content-type': 'application/json' },
      context: { targetingKey: 'ada', plan: 'pro' },
    });
    expect(client.getBooleanDetails('a', false)).toMatchObject({
      value: true,
      variant: 'true',
      reason: 'STATIC',
      flagMetadata: { source: 'network', generation: 7 },
    });
    expect(client.getBooleanDetails('a', false).flagMetadata.ageMs).toBeUndefined();
    expect(client.getStringValue('text', '')).toBe('x');
    expect(client.getNumberValue('size', 0)).toBe(3);
    const box = client.getObjectValue<{ deep: number[] }>('box', { deep: [] });
    expect([box, Object.isFrozen(box.deep)]).toEqual([{ deep: [1] }, true]);
    expect([status(), events]).toEqual(['READY', ['READY']]);
    expect(world.asked).toHaveLength(1);
  });

  test('says why there is no value, and takes a missing value for the default', async () => {
    const world = new FakeWorld();
    world.answers = [
      ok({
        text: 'x',
        constructor: true,
        off: { item: { reason: 'DISABLED' } },
        broken: { item: { errorCode: 'PARSE_ERROR', errorDetails: 'no' } },
        odd: { item: { errorCode: 'OWN_CODE' } },
        nothing: { item: { value: null, reason: 'STATIC' } },
      }),
    ];
    const { client } = await start(world);
    const details = (key: string) => client.getBooleanDetails(key, true);
    expect(details('unknown')).toMatchObject({ value: true, reason: 'ERROR', errorCode: 'FLAG_NOT_FOUND' });
    expect(details('text')).toMatchObject({ value: true, errorCode: 'TYPE_MISMATCH' });
    expect(details('broken')).toMatchObject({ value: true, errorCode: 'PARSE_ERROR', errorMessage: 'no' });
    expect(details('odd')).toMatchObject({ value: true, errorCode: 'GENERAL' });
    expect(details('nothing').errorCode).toBe('TYPE_MISMATCH');
    expect(details('off')).toMatchObject({ value: true, reason: 'DISABLED' });
    expect(details('off').errorCode).toBeUndefined();
    expect(client.getBooleanValue('constructor', false)).toBe(true);
    expect(client.getBooleanDetails('toString', false).errorCode).toBe('FLAG_NOT_FOUND');
  });

  test('gives up waiting after the time-out, goes on trying, and is READY when an answer comes', async () => {
    const world = new FakeWorld();
    world.answers = [away()];
    const { client, events, status } = await start(world, {}, { initTimeoutMs: 3_000 });
    expect(status()).toBe('NOT_READY');
    await world.wait(2_999);
    expect(events).toEqual([]);
    await world.wait(1);
    expect([status(), events]).toEqual(['ERROR', ['ERROR']]);
    expect(client.getBooleanDetails('a', true)).toMatchObject({
      value: true,
      errorCode: 'PROVIDER_NOT_READY',
      flagMetadata: { source: 'default' },
    });
    world.answers = [ok({ a: false })];
    await world.wait(60_000);
    expect([status(), events]).toEqual(['READY', ['ERROR', 'READY', 'CHANGED a']]);
    expect(client.getBooleanValue('a', true)).toBe(false);
  });

  test.each([401, 403, 400, 404])('does not wait for what waiting cannot mend: %i', async (code) => {
    const world = new FakeWorld();
    world.answers = [status(code, {}, '<html>')];
    const { events, status: now } = await start(world);
    expect([now(), events]).toEqual(['ERROR', ['ERROR']]);
    // It is asked again all the same: no status stops an SDK for good.
    await world.wait(149_000);
    expect(world.asked).toHaveLength(1);
    world.answers = [ok({ a: true })];
    await world.wait(160_000);
    expect([now(), events]).toEqual(['READY', ['ERROR', 'READY', 'CHANGED a']]);
  });

  test.each([
    [{ key: `gdn_server_abcdefgh_${'x'.repeat(43)}` }, 'must never be in a page'],
    [{ key: 'secret' }, 'must be a web key'],
    [{ url: 'flags.acme.example' }, 'must be the http or https address'],
  ])('asks nothing with %j', async (options, sentence) => {
    const world = new FakeWorld();
    const warned: string[] = [];
    const logger = { warn: (text: string) => warned.push(text) };
    const { client, events } = await start(world, {}, { ...options, logger });
    await world.wait(1_000_000);
    expect([world.asked, events, warned.length]).toEqual([[], ['ERROR'], 1]);
    expect(warned[0]).toContain(sentence);
    expect(client.getBooleanDetails('a', true).errorMessage).toContain(sentence);
  });
});

describe('when the context changes', () => {
  test('asks for the new one without the tag of the old one, and keeps the old values only while it asks', async () => {
    const world = new FakeWorld();
    world.answers = [ok({ a: true }), 'never'];
    const { client, events, setContext, status } = await start(world);
    const change = setContext({ targetingKey: 'ada', plan: 'pro' });
    await world.wait(0);
    expect(world.asked[1]?.headers['if-none-match']).toBeUndefined();
    expect(client.getBooleanDetails('a', false)).toMatchObject({ value: true, reason: 'STALE' });
    // The answer does not come: somebody else's values are worse than none.
    await world.wait(5_000);
    await change;
    expect([status(), events]).toEqual(['ERROR', ['READY', 'RECONCILING', 'ERROR']]);
    expect(client.getBooleanDetails('a', false)).toMatchObject({
      value: false,
      errorCode: 'PROVIDER_NOT_READY',
    });
    world.answers = [ok({ a: true }, '"2"')];
    await world.wait(60_000);
    expect(client.getBooleanDetails('a', false)).toMatchObject({ value: true, reason: 'STATIC' });
    expect(events.slice(3)).toEqual(['READY', 'CHANGED a']);
  });

  test('drops the answer for the context before, and abandons its question', async () => {
    const world = new FakeWorld();
    let late: (answer: Response) => void = () => undefined;
    const usual = world.fetch;
    world.answers = [ok({ a: 'ada' })];
    const { client, events, setContext } = await start(world);
    world.fetch = async (url, init) => {
      void usual(url, init);
      // A platform may well deliver what was abandoned.
      return new Promise((resolve) => (late = resolve));
    };
    const first = setContext({ targetingKey: 'bob' });
    await world.wait(0);
    world.fetch = usual;
    world.answers = [ok({ a: 'eve' })];
    const second = setContext({ targetingKey: 'eve' });
    await world.wait(0);
    late(ok({ a: 'bob' }));
    await Promise.all([first, second, world.wait(10)]);
    expect(world.asked[1]?.signal.aborted).toBe(true);
    expect(client.getStringValue('a', '')).toBe('eve');
    expect(events.at(-1)).toBe('CONTEXT_CHANGED');
  });

  test('asks nothing when it is the same one in another order', async () => {
    const world = new FakeWorld();
    world.answers = [ok({ a: true })];
    const { setContext, status } = await start(world, { targetingKey: 'ada', plan: 'pro' });
    await setContext({ plan: 'pro', targetingKey: 'ada' });
    expect([world.asked.length, status()]).toEqual([1, 'READY']);
  });

  test('keeps to a wait that the server asked for', async () => {
    const world = new FakeWorld();
    world.answers = [ok({ a: true }), status(429, { 'retry-after': '4' }), ok({ a: false })];
    const { setContext, client, status: now } = await start(world);
    const change = setContext({ targetingKey: 'bob' });
    await world.wait(100);
    const next = setContext({ targetingKey: 'eve' });
    await world.wait(3_800);
    expect(world.asked).toHaveLength(2);
    await world.wait(200);
    await Promise.all([change, next]);
    expect([world.asked.length, now(), client.getBooleanValue('a', true)]).toEqual([3, 'READY', false]);
  });
});

test('cannot be bound to a second domain, which may have another context', async () => {
  const world = new FakeWorld();
  world.answers = [ok({ a: true })];
  const { provider } = await start(world);
  expect(() => OpenFeature.setProvider('a-second-domain', provider)).toThrow('domain');
});

test('is silent and leaves nothing behind after it was closed', async () => {
  const world = new FakeWorld();
  world.answers = [ok({ a: true }, '"1"', { eventStreams: [{ type: 'sse', url: '/stream' }] })];
  const { close, events, client } = await start(world);
  world.stream.onopen?.();
  await close();
  world.answers = [ok({ a: false }, '"2"')];
  await world.wait(10_000_000);
  expect([world.asked.length, world.stream.closed, world.clock.pending(), world.listeners]).toEqual([
    1,
    true,
    0,
    0,
  ]);
  expect([events, client.getBooleanValue('a', false)]).toEqual([['READY'], false]);
});
