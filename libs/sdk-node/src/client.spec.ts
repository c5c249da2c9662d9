import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TelemetryReport } from '@guidon/protocol';
import { telemetrySchema } from '@guidon/protocol/schemas';
import { waitUntil } from '@guidon/testkit';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { connect, endAll, ended, folder, KEY, NOWHERE, next, serving } from '../test/client-kit.js';
import { FakeServer, flag, ruleset } from '../test/fake-server.js';
import type { GuidonClient } from './client.js';
import { createGuidon } from './create-guidon.js';

afterEach(endAll);

describe('a client with a server', () => {
  test('brings its values, says who it is, and asks for the stream with the key', async () => {
    const server = await serving();
    const { client } = connect(`${server.url}/`);
    expect(client.boolean('a', {}, false)).toBe(false);
    expect(await client.ready()).toMatchObject({
      state: 'ready',
      source: 'network',
      generation: 1,
      revision: 'first',
    });
    expect([client.boolean('a', {}, false), client.boolean('b', {}, true)]).toEqual([true, false]);
    expect(server.seen[0]).toMatchObject({
      path: '/sdk/v1/stream',
      headers: { authorization: `Bearer ${KEY}` },
    });
    expect(server.seen[0]?.headers['guidon-instance']).toMatch(/^[\w.:-]{36}$/);
    expect(server.seen[0]?.headers['guidon-boot']).toMatch(/^[\w.:-]+$/);
  });

  test('sees a change and a kill, and names the flags', async () => {
    const server = await serving();
    const { client } = connect(server.url);
    await client.ready();
    const changed = next(client, 'change');
    server.publish(ruleset({ a: flag('on'), b: flag('on') }, 'second'));
    expect(await changed).toEqual(['b']);
    expect([client.boolean('b', {}, false), client.status().revision]).toEqual([true, 'second']);
    const killed = next(client, 'change');
    server.press('k1', 'a');
    expect(await killed).toEqual(['a']);
    expect(client.details('a', {}, true)).toMatchObject({
      value: false,
      reason: 'DISABLED',
      source: 'network',
    });
  });

  test('fetches the whole when a patch does not give its hash', async () => {
    const server = await serving();
    const { client } = connect(server.url);
    await client.ready();
    const changed = next(client, 'change');
    server.publish(ruleset({ a: flag('on'), b: flag('on') }), { hash: '0'.repeat(32) });
    await changed;
    expect([client.boolean('b', {}, false), client.status().generation]).toEqual([true, 2]);
    expect(server.requests('/sdk/v1/ruleset')[0]?.headers['if-none-match']).toBeUndefined();
  });

  test('goes on when the server is killed, and is ready again when it returns, with the kill pressed meanwhile', async () => {
    const server = await serving();
    const { client } = connect(server.url);
    await client.ready();
    const stale = next(client, 'stale');
    await server.kill();
    await stale;
    expect([client.boolean('a', {}, false), client.status().state]).toEqual([true, 'stale']);
    server.kills = { kills: [{ id: 'k1', flags: ['a'] }], revived: [] };
    const ready = next(client, 'ready');
    await server.start();
    await ready;
    expect(client.boolean('a', {}, true)).toBe(false);
    expect(server.requests('/sdk/v1/stream').at(-1)?.headers['last-event-id']).toBe('l1.1.d0x0');
  });

  test('drops a stream without heartbeats and finds the way back', async () => {
    const server = await serving();
    server.heartbeatMs = 100;
    const { client } = connect(server.url);
    await client.ready();
    server.mute = true;
    await next(client, 'stale');
    expect(client.status().trouble).toMatch(/silent for 3 heartbeats/);
    server.mute = false;
    await next(client, 'ready');
    expect(client.status().state).toBe('ready');
  });

  test('keeps its values when its key is refused, and tells why', async () => {
    const server = await serving();
    const { client, log } = connect(server.url);
    await client.ready();
    server.status = 401;
    await server.kill();
    await server.start();
    const deadline = Date.now() + 5_000;
    while (!log.some((line) => line.includes('401')) && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(log.at(-1)).toBe('guidon: The server answered 401: no, 401');
    expect([client.boolean('a', {}, false), client.status().state]).toEqual([true, 'stale']);
  });

  test('goes to the address as it is written, with its path', async () => {
    const server = await serving();
    const { client } = connect(`${server.url}/flags//`);
    await client.ready();
    expect(server.seen[0]?.path).toBe('/flags/sdk/v1/stream');
  });

  test('does not follow a redirect with its key', async () => {
    const server = await serving();
    server.status = 302;
    const { client, log } = connect(server.url, { initTimeoutMs: 100 });
    expect((await client.ready()).state).toBe('error');
    expect([log[0], server.seen[0]?.path]).toEqual([
      'guidon: The server answered 302: no, 302',
      '/sdk/v1/stream',
    ]);
  });
});

describe('a client with several addresses', () => {
  test('asks the next one after a failure, and begins with the first when one that had served goes away', async () => {
    const [first, second] = [await serving(), await serving()];
    await first.kill();
    const { client } = connect([NOWHERE, first.url, second.url], { telemetry: false });
    // Nothing is held, so that the search is quick; each failure goes one further.
    const ready = await client.ready(20_000);
    expect([ready.source, second.seen.length > 0]).toEqual(['network', true]);
    await first.start();
    // No stream can be had at once: a poll may have found the second.
    await waitUntil(() => second.streams + first.streams > 0, {
      what: 'a stream was open',
      timeoutMs: 30_000,
    });
    await second.kill();
    await waitUntil(() => first.streams > 0, { what: 'the first was found', timeoutMs: 30_000 });
    expect(client.boolean('a', {}, false)).toBe(true);
  }, 90_000);

  test.each([[[NOWHERE, 'flags']], [[]], [[7]]])('says that %j is no list of addresses', async (url) => {
    const { client, log } = connect(url as never);
    await client.ready();
    expect(log.join()).toMatch(/or a list of such addresses/);
  });
});

describe('a client without a server', () => {
  test('serves coded defaults, is told in time, and never throws', async () => {
    const { client } = connect(NOWHERE, { initTimeoutMs: 50 });
    expect(await client.ready()).toMatchObject({ state: 'error', source: 'default', ageMs: undefined });
    expect([client.boolean('a', {}, true), client.string('a', {}, 's'), client.number('a', {}, 1)]).toEqual([
      true,
      's',
      1,
    ]);
    expect(client.details('a', {}, true)).toMatchObject({
      value: true,
      errorCode: 'PROVIDER_NOT_READY',
      reason: 'ERROR',
    });
  });

  test('hears of a refused key at once', async () => {
    const server = await serving();
    server.status = 401;
    const { client } = connect(server.url, { initTimeoutMs: 60_000 });
    expect(await client.ready()).toMatchObject({
      state: 'error',
      trouble: 'The server answered 401: no, 401',
    });
  });

  test.each([
    [{ url: 'nonsense' }, /`url` must be/],
    [{ url: 'ftp://example.org' }, /`url` must be/],
    [{ key: '' }, /`key` is missing/],
    [{ key: `gdn_web_abcdefgh_${'x'.repeat(43)}` }, /is a web key/],
    [{ key: 'a\r\nb' }, /characters that no key has/],
  ])('starts with %j, and says what is wrong', async (options, sentence) => {
    const { client } = connect(NOWHERE, options);
    expect((await client.ready()).trouble).toMatch(sentence);
    expect(client.boolean('a', {}, true)).toBe(true);
  });

  test.each([undefined, null, 7, 'x', []])('is made of %j without throwing', async (rubbish) => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
    const client = createGuidon(rubbish as never);
    ended.push(
      () => client.close(),
      () => warn.mockRestore(),
    );
    expect((await client.ready()).state).toBe('error');
  });

  test('starts from the bootstrap', async () => {
    const server = await serving();
    const { client } = connect(NOWHERE, { bootstrap: server.document });
    expect(client.boolean('a', {}, false)).toBe(true);
    expect(await client.ready()).toMatchObject({ state: 'stale', source: 'bootstrap', ageMs: undefined });
  });

  test('starts from a bootstrap in a file, before anything else is done', async () => {
    const server = await serving();
    const path = join(folder(), 'flags.json');
    writeFileSync(path, JSON.stringify(server.document));
    for (const bootstrap of [path, pathToFileURL(path), pathToFileURL(path).href]) {
      const { client } = connect(NOWHERE, { bootstrap });
      expect([client.boolean('a', {}, false), client.status().source]).toEqual([true, 'bootstrap']);
      client.close();
    }
  });

  test('takes a bootstrap from an address, which gets no key, and says nothing against the server that comes later', async () => {
    const shelf = await serving(ruleset({ a: flag('on') }, 'shelf'));
    const server = await serving(ruleset({ a: flag('off') }, 'server'));
    server.mute = true;
    const { client } = connect(server.url, { bootstrap: `${shelf.url}/flags.json` });
    await waitUntil(() => client.boolean('a', {}, false), { what: 'the bootstrap came' });
    expect([client.status().source, shelf.seen[0]?.headers.authorization]).toEqual(['bootstrap', undefined]);
    server.mute = false;
    server.send('ruleset', server.document);
    await waitUntil(() => !client.boolean('a', {}, true), { what: 'the server came' });
    expect(client.status()).toMatchObject({ source: 'network', revision: 'server' });
  });

  test.each([
    ['a file that is not there', '/nowhere/flags.json', /bootstrap in \/nowhere\/flags.json cannot be read/],
    [
      'an address where nobody is',
      `${NOWHERE}/flags.json?secret=1`,
      /bootstrap at http:\/\/127.0.0.1:9\/flags.json cannot be had/,
    ],
    ['something else', 7, /bootstrap is not a ruleset/],
  ])('says that there is no bootstrap in %s, and lives', async (_, bootstrap, expected) => {
    const { client, log } = connect(NOWHERE, { bootstrap });
    await waitUntil(() => log.some((line) => expected.test(line)), { what: 'it was said' });
    expect([client.boolean('a', {}, false), log.join()]).toEqual([
      false,
      expect.not.stringContaining('secret'),
    ]);
  });
});

describe('an evaluation', () => {
  const kinds = ruleset({
    yes: flag('on'),
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
  });

  async function ready() {
    const server = await serving(kinds);
    const { client } = connect(server.url);
    await client.ready();
    return client;
  }

  test('gives each type its value, and the fallback where the type is another or the flag unknown', async () => {
    const client = await ready();
    expect([
      client.string('text', {}, ''),
      client.number('number', {}, 0),
      client.object('object', {}, { a: 9 }),
    ]).toEqual(['blue', 12.5, { a: 1 }]);
    expect([
      client.boolean('text', {}, true),
      client.string('yes', {}, 'f'),
      client.number('object', {}, 3),
    ]).toEqual([true, 'f', 3]);
    expect(client.object('yes', {}, { b: 2 })).toEqual({ b: 2 });
    expect(client.details('text', {}, 1)).toMatchObject({
      value: 1,
      errorCode: 'TYPE_MISMATCH',
      variant: undefined,
    });
    expect(client.details('none', {}, 1)).toMatchObject({
      value: 1,
      errorCode: 'FLAG_NOT_FOUND',
      errorMessage: 'none: no such flag',
    });
    expect(client.details('text', {}, '')).toMatchObject({
      value: 'blue',
      variant: 'on',
      reason: 'STATIC',
      generation: 1,
      errorCode: undefined,
    });
  });

  test('takes any rubbish without throwing', async () => {
    const client = await ready();
    const trap = new Proxy(
      {},
      {
        get: () => {
          throw new Error('trap');
        },
        ownKeys: () => {
          throw new Error('trap');
        },
      },
    );
    const mean = {
      toString() {
        throw new Error('mean');
      },
    };
    for (const rubbish of [
      undefined,
      null,
      7,
      'x',
      Symbol('s'),
      [],
      trap,
      mean,
      () => 1,
      10n,
      Object.create(null),
    ]) {
      expect(client.boolean(rubbish as never, {}, true)).toBe(true);
      expect(client.boolean('yes', rubbish as never, false)).toBe(true);
      expect(client.details(rubbish as never, rubbish as never, 'f').value).toBe('f');
      expect(client.details('yes', {}, rubbish as never).value).toBe(rubbish);
      expect(client.object('__proto__', {}, rubbish as never)).toBe(rubbish);
    }
  });
});

describe('close', () => {
  test('ends the stream, is heard by nobody, and may be called again', async () => {
    const server = await serving();
    const { client } = connect(server.url);
    await client.ready();
    const heard: string[] = [];
    for (const event of ['change', 'ready', 'stale', 'error'] as const)
      client.on(event, () => void heard.push(event));
    client.close();
    client.close();
    const deadline = Date.now() + 5_000;
    while (server.streams > 0 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect([server.streams, heard, client.status().state, client.boolean('a', {}, false)]).toEqual([
      0,
      [],
      'closed',
      true,
    ]);
  });

  test('lets go of whoever waits for ready', async () => {
    const { client } = connect(NOWHERE, { initTimeoutMs: 60_000 });
    const waiting = client.ready();
    client.close();
    expect((await waiting).state).toBe('closed');
  });

  test('makes room: only a second client at the same time is warned of', async () => {
    const server = await serving();
    connect(server.url).client.close();
    const first = connect(server.url);
    const second = connect(server.url);
    expect([first.log, second.log.length, second.log[0]]).toEqual([
      [],
      1,
      expect.stringContaining('a second client'),
    ]);
  });
});

describe('reports', () => {
  /** Closing sends the last report, so that nobody has to wait ten seconds. */
  async function reportOf(server: FakeServer, client: GuidonClient): Promise<TelemetryReport> {
    const before = server.reports.length;
    client.close();
    await waitUntil(() => server.reports.length > before, { what: 'the last report came' });
    return telemetrySchema.parse(server.reports.at(-1)) as TelemetryReport;
  }

  test('say who reports, what it applied, and sums of what it did', async () => {
    const server = await serving();
    const { client } = connect(server.url);
    client.boolean('a', {}, true);
    await client.ready();
    for (let times = 0; times < 3; times++) client.boolean('a', { targetingKey: 'ada@acme.example' }, false);
    client.string('a', {}, 'fallback');
    client.number('none', {}, 1);
    client.details('b', {}, 'text');
    client.outcome('http.error', true);
    client.outcome('http.error', false);
    const report = await reportOf(server, client);
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    const { lineage, generation, hash } = server.document;
    expect(report).toMatchObject({
      sdk: { name: '@guidon/node', version },
      environment: 'production',
      applied: { lineage, generation, hash },
      closing: true,
      counts: [
        { evaluations: 1, errors: { PROVIDER_NOT_READY: 1 }, defaultsServed: 1 },
        {
          ruleset: { generation },
          evaluations: 6,
          errors: { FLAG_NOT_FOUND: 1, TYPE_MISMATCH: 2 },
          defaultsServed: 3,
          outcomes: [{ outcome: 'http.error', total: 2, bad: 1 }],
        },
      ],
    });
    const [request] = server.requests('/sdk/v1/telemetry');
    expect(request?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(request?.headers['guidon-instance']).toBe(report.instance);
    expect(JSON.stringify(report)).not.toContain('ada@');
  });

  test('tell the server of a ruleset that cannot be used', async () => {
    const server = await serving();
    const { client } = connect(server.url);
    await client.ready();
    server.generation = 8;
    server.send('ruleset', { ...server.document, format: 2 as never });
    await waitUntil(() => client.status().trouble !== undefined, { what: 'the client saw it' });
    expect(await reportOf(server, client)).toMatchObject({
      applied: { generation: 1 },
      refused: { generation: 8, result: 'rejected', reason: expect.stringContaining('newer format') },
    });
  });

  test('are not sent where they are switched off', async () => {
    const server = await serving();
    const { client } = connect(server.url, { telemetry: false });
    await client.ready();
    client.boolean('a', {}, false);
    client.close();
    expect(server.seen[0]?.headers).not.toHaveProperty('guidon-instance');
    const second = connect(server.url).client;
    await second.ready();
    await reportOf(server, second);
    expect(server.reports).toHaveLength(1);
  });

  test('do not count an outcome with a name of another form, and say so once', async () => {
    const server = await serving();
    const { client, log } = connect(server.url);
    client.outcome('Ada Lovelace', true);
    client.outcome('Ada Lovelace', true);
    expect(log.filter((line) => line.includes('is not counted'))).toHaveLength(1);
    expect((await reportOf(server, client)).counts).toEqual([]);
  });
});
