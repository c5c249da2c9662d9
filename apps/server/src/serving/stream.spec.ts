import { createHash } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { Ruleset, RulesetFlag } from '@guidon/engine/model';
import { HEARTBEAT_MS, type RulesetDocument, SDK_ROUTES } from '@guidon/protocol';
import { fakeClock } from '@guidon/testkit';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createServing, type FakeServing, type FakeServingOptions } from './create-serving.js';

const SERVER = 'Bearer server:production';

let serving: FakeServing;
let origin: string;
const open: { close(): void }[] = [];

function flag(serve: string, padding = ''): RulesetFlag {
  const variants: [string, boolean][] = [
    ['off', false],
    ['on', true],
  ];
  return {
    type: 'boolean',
    variants,
    safe: 'off',
    rest: { serve },
    ...(padding === ''
      ? {}
      : {
          rules: [
            {
              id: 'padding',
              when: { op: 'string', attribute: 'a', test: 'in', values: [padding] },
              outcome: { serve },
            },
          ],
        }),
  };
}

function ruleset(flags: { [key: string]: RulesetFlag }, environment = 'production'): Ruleset {
  return { format: 1, environment, revision: 'b'.repeat(40), flags, segments: {} };
}

async function start(options: FakeServingOptions = {}): Promise<void> {
  serving = createServing(options);
  origin = await serving.fastify.listen({ port: 0, host: '127.0.0.1' });
  serving.catalog.publish(ruleset({ a: flag('on'), b: flag('on') }));
}

beforeEach(() => start());
afterEach(async () => {
  for (const one of open.splice(0)) one.close();
  await stop();
});

/** `fetch` opens connections that it may need; no test waits for them to time out. */
async function stop(): Promise<void> {
  const closed = serving.fastify.close();
  serving.fastify.server.closeAllConnections();
  await closed;
}

interface Event {
  readonly event: string;
  readonly id: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: what an event holds is what each test asks about.
  readonly data: any;
}

/** Reads a stream as an EventSource would: events in order, the last id, the comments, and whether it ended. */
class Reader {
  readonly events: Event[] = [];
  lastEventId: string | undefined;
  comments = 0;
  ended = false;
  #text = '';
  #waiting: (() => void)[] = [];

  feed(text: string): void {
    const from = Math.max(0, this.#text.length - 1);
    this.#text += text;
    for (let end = this.#text.indexOf('\n\n', from); end !== -1; end = this.#text.indexOf('\n\n')) {
      this.#dispatch(this.#text.slice(0, end));
      this.#text = this.#text.slice(end + 2);
    }
    for (const wake of this.#waiting.splice(0)) wake();
  }

  end(): void {
    this.ended = true;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Waits until `seen` holds; the test's own deadline ends a wait in vain. */
  async until(seen: (reader: Reader) => boolean): Promise<void> {
    while (!seen(this)) await new Promise<void>((wake) => this.#waiting.push(wake));
  }

  async next(event: string, count = 1): Promise<Event> {
    const found = () => this.events.filter((one) => one.event === event);
    await this.until(() => found().length >= count);
    return found()[count - 1] as Event;
  }

  names(): string[] {
    return this.events.map((one) => one.event);
  }

  #dispatch(block: string): void {
    const fields = new Map<string, string>();
    for (const line of block.split('\n')) {
      if (line.startsWith(':')) this.comments += 1;
      const colon = line.indexOf(': ');
      if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 2));
    }
    const id = fields.get('id');
    if (id !== undefined) this.lastEventId = id;
    const data = fields.get('data');
    if (data !== undefined)
      this.events.push({ event: fields.get('event') ?? 'message', id, data: JSON.parse(data) });
  }
}

interface Opening {
  readonly key?: string;
  readonly lastEventId?: string | undefined;
}

async function openStream({ key = SERVER, lastEventId }: Opening = {}): Promise<Reader> {
  const reader = new Reader();
  const abort = new AbortController();
  const response = await fetch(origin + SDK_ROUTES.stream, {
    headers: { authorization: key, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) },
    signal: abort.signal,
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  expect(response.headers.get('x-accel-buffering')).toBe('no');
  open.push({ close: () => abort.abort() });
  void read(response, reader);
  return reader;
}

async function read(response: Response, reader: Reader): Promise<void> {
  try {
    const decoder = new TextDecoder();
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
      reader.feed(decoder.decode(chunk, { stream: true }));
    reader.end();
  } catch {
    reader.end();
  }
}

function live() {
  const found = serving.catalog.current('production');
  if (found === undefined) throw new Error('nothing is published');
  return found;
}

async function goneFromServer(streams = 0): Promise<void> {
  while (serving.reach.streamsOpen('production') > streams) await new Promise((turn) => setImmediate(turn));
}

describe('a stream', () => {
  test('says hello, then every kill, every revival, then the ruleset with the tag as its id', async () => {
    serving.catalog.press('production', '01KA', ['a']);
    serving.catalog.press('production', '01KB', ['b']);
    serving.catalog.revive('production', '01KB');
    const reader = await openStream();
    await reader.next('ruleset');
    expect(reader.names()).toEqual(['hello', 'kill', 'revive', 'ruleset']);
    const [hello, kill, revive, whole] = reader.events as [Event, Event, Event, Event];
    expect(hello.data).toEqual({
      lineage: 'lin0',
      windowMs: 1_000,
      heartbeatMs: HEARTBEAT_MS,
      target: live().tag,
    });
    expect(kill.data).toEqual({
      kills: [
        { id: '01KA', flags: ['a'] },
        { id: '01KB', flags: ['b'] },
      ],
    });
    expect(revive.data).toEqual({ revived: ['01KB'] });
    expect(whole.data).toMatchObject({ environment: 'production', generation: 1, hash: live().hash });
    expect(Object.keys(whole.data.flags)).toEqual(['a', 'b']);
    expect([hello.id, kill.id, revive.id, whole.id]).toEqual([undefined, undefined, undefined, live().tag]);
  });

  test('carries a change as a patch that leads from one generation to the next', async () => {
    const reader = await openStream();
    await reader.next('ruleset');
    const before = live();
    serving.catalog.publish(ruleset({ a: flag('off'), c: flag('on') }));
    const patch = await reader.next('patch');
    expect(patch.id).toBe(live().tag);
    expect(patch.data).toMatchObject({
      lineage: 'lin0',
      from: before.generation,
      generation: before.generation + 1,
      hash: live().hash,
      delete: ['b'],
    });
    expect(Object.keys(patch.data.set).sort()).toEqual(['a', 'c']);
  });

  test('carries a kill and a revival with an id that keeps the ruleset', async () => {
    const reader = await openStream();
    await reader.next('ruleset');
    serving.catalog.press('production', '01KA', ['a']);
    const kill = await reader.next('kill');
    expect([kill.data, kill.id]).toEqual([{ kills: [{ id: '01KA', flags: ['a'] }] }, live().tag]);
    serving.catalog.revive('production', '01KA');
    const revive = await reader.next('revive');
    expect([revive.data, revive.id]).toEqual([{ revived: ['01KA'] }, live().tag]);
  });

  test('is told only of its own environment', async () => {
    serving.catalog.publish(ruleset({ a: flag('on') }, 'staging'));
    const production = await openStream();
    const staging = await openStream({ key: 'Bearer server:staging' });
    await Promise.all([production.next('ruleset'), staging.next('ruleset')]);
    serving.catalog.press('staging', '01KS', ['a']);
    serving.catalog.press('production', '01KP', ['a']);
    expect((await staging.next('kill')).data.kills[0].id).toBe('01KS');
    expect((await production.next('kill')).data.kills[0].id).toBe('01KP');
    expect(production.names().filter((name) => name === 'kill')).toHaveLength(1);
    expect(serving.reach.streamsOpen('staging')).toBe(1);
  });

  test('of another lineage gets the whole ruleset', async () => {
    const reader = await openStream();
    await reader.next('ruleset');
    serving.catalog.lineage = 'lin1';
    serving.catalog.publish(ruleset({ a: flag('off') }));
    expect((await reader.next('ruleset', 2)).data.lineage).toBe('lin1');
    expect(reader.names()).not.toContain('patch');
  });

  test('ends with its key', async () => {
    const reader = await openStream();
    await reader.next('ruleset');
    serving.hub.endStreamsOfKey('another');
    expect(serving.reach.streamsOpen('production')).toBe(1);
    serving.hub.endStreamsOfKey('serverkey');
    await reader.until((one) => one.ended);
    expect(serving.reach.streamsOpen('production')).toBe(0);
  });

  test('is counted while it is open and forgotten when the client goes away', async () => {
    const reader = await openStream();
    await reader.next('ruleset');
    expect(await serving.registry.metrics()).toContain('guidon_streams_open{environment="production"} 1');
    for (const one of open.splice(0)) one.close();
    await goneFromServer();
    expect(await serving.registry.metrics()).toContain('guidon_streams_open{environment="production"} 0');
  });

  test('is refused to a web key, and while nothing is loaded with a time to come back', async () => {
    const web = await fetch(origin + SDK_ROUTES.stream, {
      headers: { authorization: 'Bearer web:production' },
    });
    expect(web.status).toBe(403);
    const empty = createServing();
    const url = await empty.fastify.listen({ port: 0, host: '127.0.0.1' });
    for (const path of [SDK_ROUTES.stream, SDK_ROUTES.ruleset]) {
      const answer = await fetch(url + path, { headers: { authorization: SERVER } });
      expect([answer.status, (await answer.json()).code]).toEqual([503, 'snapshot-unavailable']);
      expect(answer.headers.get('retry-after')).toMatch(/^[1-5]$/);
    }
    await empty.fastify.close();
  });

  test('is readable by an HTTP/1.0 proxy, since its body ends with the connection', async () => {
    const socket: Socket = connect(Number(new URL(origin).port), '127.0.0.1');
    open.push({ close: () => socket.destroy() });
    socket.write(`GET ${SDK_ROUTES.stream} HTTP/1.0\r\nauthorization: ${SERVER}\r\n\r\n`);
    let text = '';
    await new Promise<void>((done) =>
      socket.on('data', (chunk) => {
        text += chunk.toString();
        if (text.includes('event: ruleset') && text.endsWith('\n\n')) done();
      }),
    );
    const [head, body] = text.split('\r\n\r\n') as [string, string];
    expect(head).not.toMatch(/transfer-encoding/i);
    expect(body.startsWith('event: hello\n')).toBe(true);
  });
});

describe('a stream that resumes', () => {
  test('gets no ruleset when it is current, and the tag for the next time', async () => {
    const first = await openStream();
    await first.next('ruleset');
    const again = await openStream({ lastEventId: first.lastEventId });
    await again.until((reader) => reader.lastEventId !== undefined);
    expect(again.names()).toEqual(['hello']);
    expect(again.lastEventId).toBe(live().tag);
  });

  test('gets the kills that it missed although its ruleset is current', async () => {
    const first = await openStream();
    await first.next('ruleset');
    serving.catalog.press('production', '01KA', ['a']);
    const again = await openStream({ lastEventId: first.events.at(-1)?.id });
    await again.until((reader) => reader.lastEventId !== undefined);
    expect(again.names()).toEqual(['hello', 'kill']);
  });

  test('gets just the patches that it missed, in order', async () => {
    serving.catalog.publish(ruleset(big()));
    const first = await openStream();
    const { id } = await first.next('ruleset');
    for (const serve of ['off', 'on', 'off']) serving.catalog.publish(ruleset({ ...big(), a: flag(serve) }));
    const again = await openStream({ lastEventId: id });
    await again.until((reader) => reader.lastEventId === live().tag && reader.events.length === 4);
    expect(again.names()).toEqual(['hello', 'patch', 'patch', 'patch']);
    const patches = again.events.slice(1).map((one) => [one.data.from, one.data.generation]);
    expect(patches).toEqual([
      [2, 3],
      [3, 4],
      [4, 5],
    ]);
  });

  test('gets the whole ruleset when patches would be more, or when its id says nothing to us', async () => {
    const first = await openStream();
    const { id } = await first.next('ruleset');
    for (const padding of ['x', 'y', 'z'])
      serving.catalog.publish(ruleset({ a: flag('on', padding.repeat(2_000)), b: flag('on') }));
    for (const lastEventId of [id, 'lin9.1.x', 'lin0.999.x', 'nonsense', 'lin0.1']) {
      const again = await openStream({ lastEventId });
      await again.next('ruleset');
      expect(again.names()).toEqual(['hello', 'ruleset']);
    }
  });
});

/** A ruleset against which a patch is small. */
function big(): { [key: string]: RulesetFlag } {
  return Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`flag-${n}`, flag('on', 'x'.repeat(50))]));
}

describe('many streams', () => {
  test('hear of a kill before those that a publication has not reached hear of the publication', async () => {
    const count = 600;
    const readers = await Promise.all(Array.from({ length: count }, () => openStream()));
    await Promise.all(readers.map((reader) => reader.next('ruleset')));
    const generation = live().generation;
    // Both in one turn: the first slice of the patch is out, the others are not when the kill comes.
    serving.catalog.publish(ruleset({ a: flag('off'), b: flag('on') }));
    serving.catalog.press('production', '01KA', ['b']);
    await Promise.all(readers.flatMap((reader) => [reader.next('kill'), reader.next('patch')]));
    const orders = readers.map((reader) => reader.names().slice(2).join());
    expect(new Set(orders)).toEqual(new Set(['patch,kill', 'kill,patch']));
    const overtaken = readers.filter((reader) => reader.names()[2] === 'kill');
    expect(overtaken.length).toBeGreaterThan(count / 2);
    for (const reader of overtaken) {
      // The id of the kill does not claim the ruleset that the stream had not seen.
      expect(reader.events[2]?.id).toBe(`lin0.${generation}.${live().killDigest}`);
    }
  }, 30_000);

  test('say goodbye with a window and end when the server closes, and it closes at once', async () => {
    const readers = await Promise.all(Array.from({ length: 300 }, () => openStream()));
    await Promise.all(readers.map((reader) => reader.next('ruleset')));
    await serving.fastify.close();
    await Promise.all(readers.map((reader) => reader.until((one) => one.ended)));
    for (const reader of readers)
      expect(reader.events.at(-1)).toMatchObject({ event: 'goodbye', data: { windowMs: 1_000 } });
    expect(serving.reach.streamsOpen('production')).toBe(0);
  }, 30_000);
});

describe('a slow reader', () => {
  test('is dropped once it owes too much, others are not, and it resumes where it was', async () => {
    const keeping = await openStream();
    const slow = await openSlow();
    await slow.paused;
    while (serving.metrics.drops.lagged === 0) await publishMuch(keeping);
    await goneFromServer(1);
    expect(serving.metrics.drops.lagged).toBe(1);
    const { lastEventId } = await slow.rest();
    expect(lastEventId).toMatch(/^lin0\.\d+\./);
    const again = await openStream({ lastEventId });
    await again.until((reader) => reader.lastEventId === live().tag);
  }, 30_000);

  test('that takes no byte for three heartbeats is dropped, without a word from the system', async () => {
    await stop();
    const clock = fakeClock();
    await start({ clock });
    const sockets: Socket[] = [];
    serving.fastify.server.on('connection', (socket) => sockets.push(socket));
    const keeping = await openStream();
    await keeping.next('ruleset');
    const slow = await openSlow();
    await slow.paused;
    // Fills the system's buffers until something waits in ours.
    while (sockets.every((socket) => socket.writableLength === 0)) await publishMuch(keeping);
    await clock.advanceAsync(3 * HEARTBEAT_MS);
    expect(serving.metrics.drops.stalled).toBe(0);
    await clock.advanceAsync(HEARTBEAT_MS);
    expect(serving.metrics.drops).toMatchObject({ stalled: 1, lagged: 0 });
    expect(keeping.comments).toBeGreaterThan(0);
  }, 30_000);
});

/** A change of half a megabyte, until a reader that keeps up has it. */
async function publishMuch(keeping: Reader): Promise<void> {
  const padding = String(live().generation % 10).repeat(500_000);
  const { generation } = serving.catalog.publish(ruleset({ a: flag('on', padding), b: flag('on') }));
  await keeping.until((reader) => reader.events.at(-1)?.data.generation === generation);
}

/** A client that reads its first bytes and then nothing until it is asked for the rest. */
async function openSlow() {
  const reader = new Reader();
  const response = await new Promise<IncomingMessage>((done, fail) => {
    const request = httpRequest(origin + SDK_ROUTES.stream, { headers: { authorization: SERVER } }, done);
    request.once('error', fail);
    request.end();
    open.push({ close: () => request.destroy() });
  });
  response.on('error', () => reader.end());
  response.on('close', () => reader.end());
  response.on('data', (chunk: Buffer) => reader.feed(chunk.toString()));
  const paused = reader.next('ruleset').then(() => response.pause());
  const rest = async () => {
    response.resume();
    await reader.until((one) => one.ended);
    return reader;
  };
  return { paused, rest };
}

describe('limits', () => {
  test('refuse a stream with a time to come back, and hello hands out the window before anything breaks', async () => {
    await stop();
    const clock = fakeClock();
    await start({ clock, limits: { streamsMax: 12, perSecond: 2 } });
    const readers = [];
    // Four seconds of admissions may come at once.
    for (let n = 0; n < 8; n += 1) readers.push(await openStream());
    const refused = await fetch(origin + SDK_ROUTES.stream, { headers: { authorization: SERVER } });
    expect([refused.status, (await refused.json()).code]).toEqual([503, 'streams-exhausted']);
    expect(refused.headers.get('retry-after')).toMatch(/^[1-5]$/);
    clock.advance(3_000);
    for (let n = 0; n < 4; n += 1) readers.push(await openStream());
    expect((await (readers.at(-1) as Reader).next('hello')).data.windowMs).toBe(5_500);
    clock.advance(60_000);
    expect((await fetch(origin + SDK_ROUTES.stream, { headers: { authorization: SERVER } })).status).toBe(
      503,
    );
    serving.catalog.press('production', '01KA', ['a']);
    await Promise.all(readers.map((reader) => reader.next('kill')));
    expect(serving.metrics.streamsRefused).toBe(2);
  });
});

describe('the ruleset', () => {
  const get = (headers: { [name: string]: string } = {}) =>
    fetch(origin + SDK_ROUTES.ruleset, { headers: { authorization: SERVER, ...headers } });

  test('is one document with its stamp and the kills, tagged, and never kept without asking', async () => {
    serving.catalog.press('production', '01KA', ['a']);
    const response = await get();
    const document = (await response.json()) as RulesetDocument;
    expect(document).toMatchObject({ format: 1, lineage: 'lin0', generation: 1, hash: live().hash });
    expect(document.kills).toEqual({ kills: [{ id: '01KA', flags: ['a'] }], revived: [] });
    expect(response.headers.get('etag')).toBe(`"${live().tag}"`);
    expect(response.headers.get('cache-control')).toContain('no-cache');
  });

  test('is 304 without a body for whoever has it, until a kill', async () => {
    const etag = (await get()).headers.get('etag') ?? '';
    for (const known of [etag, `W/${etag}`]) {
      const again = await get({ 'if-none-match': known });
      expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    }
    serving.catalog.press('production', '01KA', ['a']);
    expect((await get({ 'if-none-match': etag })).status).toBe(200);
  });

  test('is compressed as the caller accepts, with the same content', async () => {
    serving.catalog.publish(ruleset(big()));
    const plain = await (await get({ 'accept-encoding': 'identity' })).text();
    for (const encoding of ['gzip', 'br']) {
      for (const _time of ['first', 'second']) {
        const response = await get({ 'accept-encoding': encoding });
        expect(response.headers.get('content-encoding')).toBe(encoding);
        expect(Number(response.headers.get('content-length'))).toBeLessThan(plain.length / 3);
        expect(await response.text()).toBe(plain);
      }
    }
    expect((await get({ 'accept-encoding': 'br;q=0, gzip;q=0' })).headers.get('content-encoding')).toBeNull();
    const bytes = await serving.bodies.of(live()).encoded('gzip');
    expect(gunzipSync(Buffer.from(bytes.body as string, 'latin1')).toString()).toBe(plain);
  });

  test('is the same in one piece and in two', async () => {
    const noise = (n: number) => createHash('sha256').update(String(n)).digest('hex');
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`f${n}`, flag('on', noise(n))]));
    for (const count of [10, 2_000]) {
      serving.catalog.publish(ruleset(many(count)));
      for (const encoding of ['gzip', 'br', 'identity']) {
        const response = await get({ 'accept-encoding': encoding });
        expect(Object.keys(((await response.json()) as RulesetDocument).flags)).toHaveLength(count);
      }
    }
  });

  test('answers HEAD with its length and without its body', async () => {
    const head = await fetch(origin + SDK_ROUTES.ruleset, {
      method: 'HEAD',
      headers: { authorization: SERVER },
    });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(Number(head.headers.get('content-length'))).toBeGreaterThan(100);
  });
});
