import { afterEach, describe, expect, test } from '@jest/globals';
import { OpenFeature } from '@openfeature/web-sdk';
import { bulk, FakeStorage, FakeWorld, ok, status, WEB_KEY } from '../test/fake-world.js';
import { start } from '../test/with-openfeature.js';
import { canonicalJson, hash, StoredAnswers } from './stored-answers.js';

OpenFeature.setLogger({ error() {}, warn() {}, info() {}, debug() {} });

afterEach(() => OpenFeature.clearProviders());

const away = () => new TypeError('Failed to fetch');

/** Storage after a visit of Ada's. */
async function visited(): Promise<FakeStorage> {
  const storage = new FakeStorage();
  const world = new FakeWorld(storage);
  world.answers = [ok({ a: true })];
  const { close } = await start(world);
  await close();
  expect(storage.texts.size).toBe(1);
  return storage;
}

describe('the next visit', () => {
  test('shows at once what the last one had, and asks with its tag', async () => {
    const world = new FakeWorld(await visited());
    await world.wait(3_600_000);
    world.answers = ['never', status(304)];
    const { client, events } = await start(world);
    expect(events).toEqual(['READY']);
    expect(client.getBooleanDetails('a', false)).toMatchObject({
      value: true,
      variant: 'true',
      reason: 'CACHED',
      flagMetadata: { source: 'storage', ageMs: 3_600_000, generation: 7 },
    });
    expect(world.asked[0]?.headers['if-none-match']).toBe('"1"');
    // Nothing answers: it says so as soon as that is known.
    await world.wait(10_000);
    expect(events).toEqual(['READY', 'STALE']);
    await world.wait(30_000);
    expect(events).toEqual(['READY', 'STALE', 'READY']);
    expect(client.getBooleanDetails('a', false).reason).toBe('STATIC');
  });

  test('opens the stream that was kept when nothing has changed', async () => {
    const storage = new FakeStorage();
    const before = new FakeWorld(storage);
    before.answers = [
      ok({ a: true }, '"1"', { eventStreams: [{ type: 'sse', url: 'https://stream.example/s' }] }),
    ];
    await (await start(before)).close();
    const world = new FakeWorld(storage);
    world.answers = [status(304)];
    await start(world);
    expect(world.streams.map(({ url }) => url)).toEqual(['https://stream.example/s']);
  });

  test('tells of what changed meanwhile', async () => {
    const world = new FakeWorld(await visited());
    world.answers = [ok({ a: false }, '"2"')];
    const { client, events } = await start(world);
    expect([events, client.getBooleanValue('a', true)]).toEqual([['READY', 'CHANGED a'], false]);
  });

  test('serves what is kept with a key that was revoked, and says that', async () => {
    const world = new FakeWorld(await visited());
    world.answers = [status(401)];
    const { client, events } = await start(world);
    expect([events, client.getBooleanValue('a', false)]).toEqual([['READY', 'ERROR'], true]);
  });

  test('uses a kept answer when a change of context finds nobody', async () => {
    const world = new FakeWorld(await visited());
    world.answers = [ok({ a: false }), away];
    const { client, events, setContext } = await start(world, { targetingKey: 'bob' });
    const change = setContext({ targetingKey: 'ada' });
    await world.wait(5_000);
    await change;
    expect(client.getBooleanDetails('a', false)).toMatchObject({ value: true, reason: 'CACHED' });
    expect(events).toEqual(['READY', 'RECONCILING', 'CONTEXT_CHANGED', 'STALE']);
  });

  test.each([
    ['another user', (storage: FakeStorage) => storage, { targetingKey: 'bob' }],
    ['a torn text', (storage: FakeStorage) => edit(storage, (text) => text.slice(0, -9)), undefined],
    [
      'a forged value',
      (storage: FakeStorage) => edit(storage, (text) => text.replace('true', 'null')),
      undefined,
    ],
    ['rubbish', (storage: FakeStorage) => edit(storage, () => '%'), undefined],
  ])('does not serve %s', async (_name, spoil, context) => {
    const world = new FakeWorld(spoil(await visited()));
    world.answers = [away];
    const { client, events } = await start(world, context);
    await world.wait(5_000);
    expect([events, client.getBooleanDetails('a', false).errorCode]).toEqual([
      ['ERROR'],
      'PROVIDER_NOT_READY',
    ]);
  });

  test('does not serve what is older than a month', async () => {
    const world = new FakeWorld(await visited());
    await world.wait(31 * 86_400_000);
    world.answers = [away];
    const { events } = await start(world);
    await world.wait(5_000);
    expect(events).toEqual(['ERROR']);
  });
});

function edit(storage: FakeStorage, change: (text: string) => string): FakeStorage {
  for (const [name, text] of storage.texts) storage.texts.set(name, change(text));
  return storage;
}

describe('the storage', () => {
  test('holds neither the context nor the key', async () => {
    const storage = await visited();
    const all = JSON.stringify([...storage.texts]);
    expect(all).not.toMatch(/\bada\b|targetingKey/);
    for (const part of WEB_KEY.split('_').slice(2)) expect(all).not.toContain(part);
  });

  test('holds five contexts, the newest, and nothing of another form', async () => {
    const storage = new FakeStorage();
    const world = new FakeWorld(storage);
    storage.setItem('theirs', 'x');
    storage.setItem('guidon-web:0:old', 'x');
    world.answers = [ok({ a: true })];
    const { setContext } = await start(world, { targetingKey: 'u0' });
    for (let i = 1; i < 9; i++) {
      await world.wait(10);
      await Promise.all([setContext({ targetingKey: `u${i}` }), world.wait(10)]);
    }
    const names = [...storage.texts.keys()];
    expect(names.filter((name) => name.startsWith('guidon-web:1:'))).toHaveLength(5);
    expect([names.includes('theirs'), names.includes('guidon-web:0:old')]).toEqual([true, false]);
    const kept = new StoredAnswers(world, 'https://flags.acme.example');
    const id = (key: string) =>
      hash(`https://flags.acme.example ${WEB_KEY} ${canonicalJson({ context: { targetingKey: key } })}`);
    expect(['u3', 'u4', 'u8'].map((key) => kept.load(id(key)) !== undefined)).toEqual([false, true, true]);
  });

  test.each([
    ['is not there', () => undefined],
    ['is full', () => Object.assign(new FakeStorage(), { roomChars: 10 })],
    [
      'throws at everything',
      () =>
        new Proxy(new FakeStorage(), {
          get: () => {
            throw new Error('denied');
          },
        }),
    ],
  ])('costs the cache and nothing else when it %s', async (_name, make) => {
    const world = new FakeWorld();
    world.storage = make();
    world.answers = [ok({ a: true })];
    const { client, events } = await start(world);
    expect([events, client.getBooleanValue('a', false)]).toEqual([['READY'], true]);
  });

  test('gives up old answers for a new one before it gives up', async () => {
    const storage = await visited();
    storage.roomChars = [...storage.texts.values()].join('').length + 10;
    const world = new FakeWorld(storage);
    await world.wait(1_000);
    world.answers = [ok({ a: 'bob' })];
    await start(world, { targetingKey: 'bob' });
    expect(storage.texts.size).toBe(1);
    expect([...storage.texts.values()][0]).toContain('bob');
  });

  test('is left alone when the application says so', async () => {
    const world = new FakeWorld();
    world.answers = [ok({ a: true })];
    await start(world, {}, { cache: false });
    expect((world.storage as FakeStorage).texts.size).toBe(0);
  });
});

test('adopts what another tab was told, and puts its own poll off', async () => {
  const storage = new FakeStorage();
  const [one, other] = [new FakeWorld(storage), new FakeWorld(storage)];
  one.answers = [ok({ a: true }), ok({ a: false }, '"2"')];
  other.answers = [ok({ a: true })];
  const first = await start(one);
  const second = await start(other);
  await Promise.all([one.wait(1_000), other.wait(29_900)]);
  await one.wait(29_000);
  const [[name, text]] = [...storage.texts] as [[string, string]];
  const asked = other.asked.length;
  other.happen({ type: 'stored', name, text });
  expect([first.events.at(-1), second.events.at(-1)]).toEqual(['CHANGED a', 'CHANGED a']);
  await other.wait(29_000);
  expect(other.asked.length).toBe(asked);
  // What is older than our own, of another context or rubbish changes nothing.
  const before = second.events.length;
  other.happen({ type: 'stored', name, text });
  other.happen({ type: 'stored', name: 'theirs', text });
  other.happen({ type: 'stored', name, text: '%' });
  expect(second.events).toHaveLength(before);
});

test('tells contexts apart by content and not by order', () => {
  expect(canonicalJson({ b: [{ d: 1, c: new Date(0) }], a: undefined })).toBe(
    '{"b":[{"c":"1970-01-01T00:00:00.000Z","d":1}]}',
  );
  const hashes = new Set(Array.from({ length: 20_000 }, (_, i) => hash(`user-${i}`)));
  expect(hashes.size).toBe(20_000);
  expect(bulk({})).toContain('flags');
});
