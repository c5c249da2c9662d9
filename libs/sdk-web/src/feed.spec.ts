import { afterEach, describe, expect, test } from '@jest/globals';
import { OpenFeature } from '@openfeature/web-sdk';
import { FakeWorld, ok, status } from '../test/fake-world.js';
import { start } from '../test/with-openfeature.js';

OpenFeature.setLogger({ error() {}, warn() {}, info() {}, debug() {} });

afterEach(() => OpenFeature.clearProviders());

const away = () => new TypeError('Failed to fetch');
const REFETCH = { type: 'refetchEvaluation' };

/** A page with an open stream whose first look after opening is done. */
async function streaming(inactivityDelaySec?: number) {
  const world = new FakeWorld();
  const more = {
    eventStreams: [
      { type: 'other' },
      { type: 'sse', endpoint: { requestUri: '/s?t=1' }, inactivityDelaySec },
    ],
  };
  world.answers = [ok({ a: true, b: true }, '"1"', more), status(304)];
  const started = await start(world);
  world.stream.onopen?.();
  await world.wait(1_000);
  expect(world.asked).toHaveLength(2);
  const changed = (values: object, etag: string, more2 = more) =>
    ok({ a: true, b: true, ...values }, etag, more2);
  return { world, ...started, changed, more };
}

describe('without a stream', () => {
  test('polls with the tag, tells only of flags that changed, and nothing where nothing did', async () => {
    const world = new FakeWorld();
    world.answers = [
      ok({ a: true, b: true }),
      status(304),
      ok({ a: true, b: true }, '"2"'),
      ok({ a: true, c: 1 }, '"3"'),
    ];
    const { events, client } = await start(world);
    await world.wait(30_000);
    expect([world.asked.length, world.asked[1]?.headers['if-none-match'], events]).toEqual([
      2,
      '"1"',
      ['READY'],
    ]);
    await world.wait(30_000);
    expect([world.asked.length, events]).toEqual([3, ['READY']]);
    await world.wait(30_000);
    expect(events).toEqual(['READY', 'CHANGED b,c']);
    expect(client.getNumberValue('c', 0)).toBe(1);
  });

  test('moves each poll, so that pages do not ask in step', async () => {
    const world = new FakeWorld();
    world.answers = [ok({ a: true })];
    world.chance = 0;
    await start(world);
    await world.wait(27_000);
    expect(world.asked).toHaveLength(2);
    world.chance = 0.999;
    await world.wait(27_000);
    expect(world.asked).toHaveLength(3);
    await world.wait(32_900);
    expect(world.asked).toHaveLength(3);
  });

  test('serves on, is STALE after a minute, backs off, and is READY again even by a 304', async () => {
    const world = new FakeWorld();
    world.answers = [ok({ a: true }), away];
    const { events, client } = await start(world);
    await world.wait(30_000 + 59_000);
    expect(events).toEqual(['READY']);
    await world.wait(1_000);
    expect(events).toEqual(['READY', 'STALE']);
    expect(client.getBooleanDetails('a', false)).toMatchObject({
      value: true,
      variant: 'true',
      reason: 'STALE',
      flagMetadata: { source: 'network', ageMs: 90_000 },
    });
    const { length } = world.asked;
    await world.wait(3_600_000);
    // Half of at most 30 s each: 240 in an hour.
    expect(world.asked.length - length).toBeLessThan(250);
    expect(world.asked.length - length).toBeGreaterThan(200);
    world.answers = [status(304)];
    await world.wait(31_000);
    expect(events).toEqual(['READY', 'STALE', 'READY']);
    expect(client.getBooleanDetails('a', false).reason).toBe('STATIC');
  });

  test.each([
    ['429', status(429, { 'retry-after': '20' })],
    ['503', status(503, { 'retry-after': '20' })],
  ])('waits after %s as long as it was told, and spreads what follows', async (_name, answer) => {
    const world = new FakeWorld();
    world.answers = [ok({ a: true }), answer, status(304)];
    const { events } = await start(world);
    await world.wait(30_000 + 19_999);
    world.happen({ type: 'visible' });
    await world.wait(0);
    expect(world.asked).toHaveLength(2);
    await world.wait(10_001);
    expect([world.asked.length, events]).toEqual([3, ['READY']]);
  });

  test.each([
    ['HTML with status 200', () => new Response('<html>', { headers: { 'content-type': 'text/html' } })],
    [
      'JSON that is cut off',
      () => new Response('{"flags":[', { headers: { 'content-type': 'application/json' } }),
    ],
    [
      'JSON of something else',
      () => new Response('{"a":1}', { headers: { 'content-type': 'application/json' } }),
    ],
    ['a time-out', () => 'never' as const],
    ['500', () => status(500)],
  ])('takes no harm from %s', async (_name, answer) => {
    const world = new FakeWorld();
    world.answers = [ok({ a: true }), answer];
    const { events, client } = await start(world);
    await world.wait(120_000);
    expect([events, client.getBooleanValue('a', false)]).toEqual([['READY', 'STALE'], true]);
    world.answers = [ok({ a: false }, '"2"')];
    await world.wait(60_000);
    expect([events.slice(2), client.getBooleanValue('a', true)]).toEqual([['READY', 'CHANGED a'], false]);
  });

  test('tells at once of a key that was revoked, serves on, and asks rarely', async () => {
    const world = new FakeWorld();
    world.answers = [ok({ a: true }), status(401)];
    const { events, client } = await start(world);
    await world.wait(30_000);
    expect([events, client.getBooleanValue('a', false)]).toEqual([['READY', 'ERROR'], true]);
    await world.wait(1_000_000);
    expect(world.asked.length).toBeLessThan(8);
    expect(events).toEqual(['READY', 'ERROR']);
  });
});

describe('with a stream', () => {
  test('asks when it is told to, once for several messages, and does not poll', async () => {
    const { world, events, changed, client } = await streaming();
    expect(world.stream.url).toBe('https://flags.acme.example/s?t=1');
    await world.wait(400_000);
    expect(world.asked).toHaveLength(2);
    world.answers = [changed({ a: false }, '"2"')];
    for (const message of [REFETCH, REFETCH, { type: 'unknown' }, 'no json', 'null'])
      world.stream.say(message);
    await world.wait(50);
    expect([world.asked.length, events]).toEqual([3, ['READY', 'CHANGED a']]);
    expect(client.getBooleanValue('a', true)).toBe(false);
    expect(world.streams).toHaveLength(1);
  });

  test('spreads the question over the time that the message names', async () => {
    const { world } = await streaming();
    world.chance = 0.9;
    world.stream.say({ ...REFETCH, spreadMs: 10_000 });
    await world.wait(9_000);
    expect(world.asked).toHaveLength(2);
    await world.wait(100);
    expect(world.asked).toHaveLength(3);
  });

  test('looks once in a while, since a stream may die without a word', async () => {
    const { world } = await streaming();
    await world.wait(600_000);
    expect(world.asked).toHaveLength(3);
  });

  test('asks after a break before it opens the stream again, and once more when it is open', async () => {
    const { world, events, changed } = await streaming();
    world.stream.onerror?.();
    expect(world.streams[0]?.closed).toBe(true);
    await world.wait(2_400);
    expect([world.asked.length, world.streams.length]).toEqual([2, 1]);
    await world.wait(200);
    expect([world.asked.length, world.streams.length]).toEqual([3, 2]);
    // What changed before the stream was open is not lost.
    world.answers = [changed({ b: false }, '"2"')];
    world.stream.onopen?.();
    await world.wait(1_000);
    expect(events).toEqual(['READY', 'CHANGED b']);
  });

  test('fetches a new address when the old one has expired, and never runs hot', async () => {
    const { world, changed } = await streaming();
    world.stream.onerror?.();
    await world.wait(3_000);
    expect(world.stream.url).toContain('t=1');
    // The server refuses the address; an answer without change would not bring another one.
    world.answers = [
      changed({}, '"1"', {
        eventStreams: [{ type: 'sse', endpoint: { requestUri: '/s?t=2' }, inactivityDelaySec: undefined }],
      }),
    ];
    world.stream.onerror?.();
    await world.wait(30_000);
    expect(world.asked.at(-1)?.headers['if-none-match']).toBeUndefined();
    expect(world.stream.url).toContain('t=2');
    // From here on every stream is refused.
    const openStream = world.openStream;
    world.openStream = (url) => {
      const stream = openStream?.(url);
      queueMicrotask(() => stream?.onerror?.());
      return stream as never;
    };
    world.stream.onerror?.();
    const [asked, streams] = [world.asked.length, world.streams.length];
    await world.wait(3_600_000);
    expect(world.streams.length - streams).toBeLessThan(30);
    expect(world.asked.length - asked).toBeLessThan(200);
  });

  test('is not STALE for want of a stream as long as the server answers', async () => {
    const { world, events, changed } = await streaming();
    world.openStream = () => {
      throw new Error('forbidden');
    };
    const conditional = () => world.asked.at(-1)?.headers['if-none-match'] !== undefined;
    world.answers = [() => (conditional() ? status(304) : changed({}, '"1"'))];
    world.stream.onerror?.();
    await world.wait(1_000_000);
    expect(events).toEqual(['READY']);
    expect(world.asked.length).toBeGreaterThan(25);
  });

  test('polls where the platform has no EventSource', async () => {
    const world = new FakeWorld();
    world.openStream = undefined;
    world.answers = [ok({ a: true }, '"1"', { eventStreams: [{ type: 'sse', url: '/s' }] }), status(304)];
    await start(world);
    await world.wait(31_000);
    expect(world.asked).toHaveLength(2);
  });
});

describe('a page that nobody looks at', () => {
  test('asks nothing, closes its stream after a while, and is current when it is seen again', async () => {
    const { world, events, changed, client } = await streaming(60);
    world.happen({ type: 'hidden' });
    world.stream.say(REFETCH);
    await world.wait(59_000);
    expect([world.asked.length, world.stream.closed]).toEqual([2, false]);
    await world.wait(1_000);
    expect(world.stream.closed).toBe(true);
    await world.wait(86_400_000);
    expect([world.asked.length, world.streams.length, events]).toEqual([2, 1, ['READY']]);
    world.answers = [changed({ a: false }, '"2"')];
    world.happen({ type: 'visible' });
    await world.wait(0);
    expect([client.getBooleanValue('a', true), world.streams.length]).toEqual([false, 2]);
  });

  test('is not STALE because a stream broke that it does not open before it is seen', async () => {
    const { world, events } = await streaming();
    world.happen({ type: 'hidden' });
    world.stream.onerror?.();
    await world.wait(3_600_000);
    expect([world.asked.length, events]).toEqual([2, ['READY']]);
    world.happen({ type: 'visible' });
    await world.wait(0);
    expect([world.asked.length, world.streams.length, events]).toEqual([3, 2, ['READY']]);
  });

  test('is READY in the background too, when it was opened there', async () => {
    const world = new FakeWorld();
    world.hidden = true;
    world.answers = [away, ok({ a: true })];
    const { events } = await start(world);
    await world.wait(5_000);
    expect(events.at(-1)).toBe('READY');
  });
});

test('closes the stream without a network, and comes back within a second of it', async () => {
  const { world, events, client } = await streaming();
  world.answers = [away];
  world.happen({ type: 'offline' });
  expect(world.stream.closed).toBe(true);
  await world.wait(600_000);
  expect([events, client.getBooleanValue('a', false)]).toEqual([['READY', 'STALE'], true]);
  world.answers = [status(304)];
  world.happen({ type: 'online' });
  await world.wait(1_000);
  expect([events, world.streams.length]).toEqual([['READY', 'STALE', 'READY'], 2]);
});
