import { describe, expect, test } from '@jest/globals';
import { Admission, reconnectWindowMs } from './admission.js';
import { formatEntityTag, matchesEntityTag, mixLane } from './entity-tag.js';
import { OFREP_BODY_DEPTH, readContext } from './ofrep-context.js';
import { encodeOfrepProblem, keyOf } from './ofrep-problem.js';
import { asciiJson, OfrepRefusal } from './ofrep-refusal.js';
import { PatchRing, type RingEntry } from './patch-ring.js';
import { RetryAfter } from './retry-after.js';
import { chooseEncoding } from './ruleset-bodies.js';
import { SlicedPasses } from './sliced-passes.js';
import { LAG_BYTES, Stream, type StreamSocket } from './stream.js';
import { frame, patchEvent } from './stream-frames.js';

describe('an entity tag', () => {
  test('depends on every part and on their order', () => {
    const tag = (words: number[]) => words.reduce((lane, word) => mixLane(lane, word), 7);
    expect(tag([1, 2, 3])).not.toBe(tag([1, 3, 2]));
    expect(tag([1, 2, 3])).not.toBe(tag([1, 2, 4]));
    expect(tag([0, 0])).not.toBe(tag([0]));
    expect(formatEntityTag(-1, 0)).toBe('"1z141z3-0"');
  });

  test('is compared weakly, one by one, and not at all without a header', () => {
    const rows: [header: string | undefined, matches: boolean][] = [
      ['"a"', true],
      ['W/"a"', true],
      ['"b", W/"a" ,"c"', true],
      ['*', true],
      [undefined, false],
      ['', false],
      ['a', false],
      ['"ab"', false],
      [`${'"b",'.repeat(2_000)}"a"`, false],
    ];
    for (const [header, matches] of rows)
      expect([header, matchesEntityTag(header, '"a"')]).toEqual([header, matches]);
  });
});

describe('a context', () => {
  const nested = (levels: number) =>
    `{"context":{"a":${'[{"b":'.repeat(levels / 2 - 1)}1${'}]'.repeat(levels / 2 - 1)}}}`;

  test('is bounded in depth, however deep it gets', () => {
    expect(readContext(nested(OFREP_BODY_DEPTH))).not.toBeInstanceOf(OfrepRefusal);
    for (const levels of [OFREP_BODY_DEPTH + 2, 10_000]) {
      const refusal = readContext(nested(levels));
      expect(refusal).toMatchObject({ status: 400, errorCode: 'INVALID_CONTEXT' });
    }
    expect(readContext('['.repeat(60_000) + ']'.repeat(60_000))).toBeInstanceOf(OfrepRefusal);
  });

  test('comes from the own member of the body only', () => {
    expect(readContext('{"__proto__":{"context":{"a":1}}}')).toEqual({});
    expect(readContext('{"context":{"__proto__":{"a":1}}}')).not.toHaveProperty('a');
  });
});

describe('the shape of an OFREP error', () => {
  const problem = { type: '/errors/x', title: 'T', detail: 'D', instance: 'i' };
  const request = { method: 'POST', url: '/ofrep/v1/evaluate/flags/a%20b?x=1', params: {} };

  test('never says 404 for anything but an unknown flag', () => {
    const elsewhere = encodeOfrepProblem({ ...problem, status: 404, code: 'not-found' }, request);
    expect(elsewhere.status).toBe(400);
    expect(JSON.parse(elsewhere.body)).toEqual({
      key: 'a b',
      errorCode: 'GENERAL',
      errorDetails: 'T. D',
    });
    const unknown = encodeOfrepProblem({ ...problem, status: 404, code: 'flag-not-found' }, request);
    expect([unknown.status, JSON.parse(unknown.body).errorCode]).toEqual([404, 'FLAG_NOT_FOUND']);
  });

  test('keeps the status of our own failures', () => {
    const internal = encodeOfrepProblem({ ...problem, status: 500, code: 'internal' }, request);
    expect([internal.status, JSON.parse(internal.body).errorCode]).toEqual([500, 'GENERAL']);
  });

  test('names the key as it was asked for, even badly encoded', () => {
    expect(keyOf('/ofrep/v1/evaluate/flags/caf%C3%A9')).toBe('café');
    expect(keyOf('/ofrep/v1/evaluate/flags/%zz')).toBe('%zz');
    expect(keyOf('/ofrep/v1/evaluate/flags')).toBeUndefined();
  });

  test('is as many bytes as characters', () => {
    const text = asciiJson({ value: 'å世🌍"\\\u2028' });
    expect(Buffer.byteLength(text)).toBe(text.length);
    expect(JSON.parse(text)).toEqual({ value: 'å世🌍"\\\u2028' });
  });
});

test('spreads Retry-After over whole seconds from 1 to 5', () => {
  const retryAfter = new RetryAfter();
  expect(Array.from({ length: 6 }, () => retryAfter.next())).toEqual(['1', '2', '3', '4', '5', '1']);
});

test('chooses the best encoding that is accepted', () => {
  const rows: [string | undefined, string][] = [
    [undefined, 'identity'],
    ['gzip, deflate', 'gzip'],
    ['br, gzip', 'br'],
    ['BR;q=0.5', 'br'],
    ['br;q=0, gzip;q=0.1', 'gzip'],
    ['gzip;q=0.000', 'identity'],
    ['brotli', 'identity'],
  ];
  for (const [header, encoding] of rows) expect([header, chooseEncoding(header)]).toEqual([header, encoding]);
});

describe('the ring of patches', () => {
  const entry = (from: number, bytes = 1) => ({
    from,
    generation: from + 1,
    frame: Buffer.alloc(bytes, from),
  });

  test('gives what leads from one generation to another', () => {
    const ring = new PatchRing();
    for (const from of [1, 2, 3]) ring.add('lin', entry(from));
    expect(ring.between('lin', 2, 4)?.map((bytes) => bytes[0])).toEqual([2, 3]);
    expect(ring.between('lin', 0, 4)).toBeUndefined();
    expect(ring.between('lin', 2, 9)).toBeUndefined();
    expect(ring.between('other', 2, 4)).toBeUndefined();
  });

  test('leads through a wave: into it, out of it for everybody, and back', () => {
    const ring = new PatchRing();
    const steps = (from: number, to: number, mark: number): RingEntry => ({
      from,
      generation: to,
      frame: Buffer.from([mark]),
    });
    // 5 is stable, 6 a candidate that is called back, 8 one that finishes.
    const all = [steps(5, 6, 1), steps(6, 7, 2), steps(5, 7, 3), steps(7, 8, 4), steps(8, 9, 5)];
    for (const step of all) ring.add('lin', step);
    const way = (from: number, to: number) => ring.between('lin', from, to)?.map((bytes) => bytes[0]);
    expect([way(5, 6), way(6, 7), way(5, 7)]).toEqual([[1], [2], [3]]);
    expect([way(5, 9), way(6, 9)]).toEqual([
      [3, 4, 5],
      [2, 4, 5],
    ]);
    expect([way(7, 6), way(9, 9), way(4, 9)]).toEqual([undefined, undefined, undefined]);
  });

  test('starts anew after a gap, another lineage, or a whole ruleset', () => {
    const ring = new PatchRing();
    ring.add('lin', entry(1));
    ring.add('lin', entry(3));
    expect([ring.between('lin', 1, 4), ring.between('lin', 3, 4)?.length]).toEqual([undefined, 1]);
    ring.add('new', entry(4));
    expect(ring.between('new', 3, 5)).toBeUndefined();
    ring.reset('new');
    expect(ring.between('new', 4, 5)).toBeUndefined();
  });

  test('is bounded by entries and by bytes', () => {
    const few = new PatchRing({ entries: 2, bytes: 1_000 });
    for (const from of [1, 2, 3]) few.add('lin', entry(from));
    expect([few.between('lin', 1, 4), few.between('lin', 2, 4)?.length]).toEqual([undefined, 2]);
    const small = new PatchRing({ entries: 100, bytes: 100 });
    for (const from of [1, 2, 3]) small.add('lin', entry(from, 40));
    expect([small.between('lin', 1, 4), small.between('lin', 2, 4)?.length]).toEqual([undefined, 2]);
  });
});

describe('passes over many streams', () => {
  function passes(slice: number) {
    const queue: (() => void)[] = [];
    const seen: string[] = [];
    const all = new SlicedPasses<number>((run) => queue.push(run), slice);
    const start = (lane: 'kill' | 'ruleset' | 'heartbeat', name: string, members: Iterable<number>) =>
      all.start(lane, { members, visit: (member) => seen.push(`${name}${member}`) });
    const turn = () => queue.shift()?.();
    return { all, seen, start, turn, queue };
  }

  test('write the first slice at once and the rest in turns of the loop', () => {
    const { seen, start, turn, queue } = passes(2);
    start('ruleset', 'r', [1, 2, 3]);
    expect(seen).toEqual(['r1', 'r2']);
    turn();
    expect(seen).toEqual(['r1', 'r2', 'r3']);
    expect(queue).toHaveLength(0);
  });

  test('let a kill overtake at once, keep the order within a lane, and leave heartbeats to the end', () => {
    const { all, seen, start, turn, queue } = passes(2);
    start('heartbeat', 'h', [1, 2, 3]);
    start('ruleset', 'r', [1, 2, 3]);
    start('ruleset', 's', [1]);
    start('kill', 'k', [1, 2, 3]);
    expect(seen.slice(0, 2)).toEqual(['h1', 'h2']);
    expect(all.pending('kill')).toBe(true);
    for (let turns = 0; queue.length > 0 && turns < 20; turns += 1) turn();
    expect(seen).toEqual(['h1', 'h2', 'r1', 'r2', 'k1', 'k2', 'k3', 'r3', 's1', 'h3']);
    expect(all.pending('kill')).toBe(false);
  });

  test('skip who leaves meanwhile', () => {
    const { seen, start, turn } = passes(1);
    const members = new Set([1, 2, 3]);
    start('ruleset', 'r', members);
    members.delete(2);
    turn();
    turn();
    expect(seen).toEqual(['r1', 'r3']);
  });
});

describe('admission', () => {
  test('lets a burst in, then as many a second as it may, and never more than fit', () => {
    const admission = new Admission({ streamsMax: 100, perSecond: 10 });
    const admitted = (atMs: number) => {
      let count = 0;
      while (admission.whyRefused(0, atMs) === undefined) count += 1;
      return count;
    };
    expect(admitted(0)).toBe(40);
    expect(admitted(1_000)).toBe(10);
    expect(admitted(1_050)).toBe(0);
    expect(admitted(100_000)).toBe(40);
    expect(admission.whyRefused(100, 200_000)).toBe('full');
    expect(admission.whyRefused(99, 200_000)).toBeUndefined();
  });

  test('hands out a window that the server can admit, from a second to five minutes', () => {
    expect(reconnectWindowMs(0, 1_500)).toBe(1_000);
    expect(reconnectWindowMs(15_000, 1_500)).toBe(10_000);
    expect(reconnectWindowMs(10_000_000, 1_500)).toBe(300_000);
  });
});

describe('a stream', () => {
  function fakeStream() {
    const socket = { writableLength: 0, bytesWritten: 0, destroyed: false } as {
      -readonly [P in keyof StreamSocket]: StreamSocket[P];
    };
    socket.write = (bytes) => {
      socket.writableLength += bytes.length;
      socket.bytesWritten += bytes.length;
      return true;
    };
    return {
      socket,
      stream: new Stream({
        ...{ socket, environment: 'e', keyId: 'k', openedElapsedMs: 0 },
        ...{ instance: undefined, boot: undefined },
      }),
    };
  }

  test('may owe one large event and what lag allows, not more', () => {
    const { stream } = fakeStream();
    stream.write(Buffer.alloc(3 * LAG_BYTES));
    expect(stream.lags()).toBe(false);
    stream.write(Buffer.alloc(LAG_BYTES));
    expect(stream.lags()).toBe(false);
    stream.write(Buffer.alloc(1));
    expect(stream.lags()).toBe(true);
  });

  test('is stalled after heartbeats without a byte, and not while bytes leave or nothing waits', () => {
    const { stream, socket } = fakeStream();
    for (let beats = 0; beats < 9; beats += 1) expect(stream.stalled()).toBe(false);
    stream.write(Buffer.alloc(100));
    for (let beats = 0; beats < 9; beats += 1) {
      socket.writableLength -= 1;
      expect(stream.stalled()).toBe(false);
    }
    expect([stream.stalled(), stream.stalled(), stream.stalled()]).toEqual([false, false, true]);
  });
});

describe('a frame', () => {
  test('is one event for one event, whatever text is in it', () => {
    const text = frame('revive', { revived: ['a\nevent: kill\n\n', '\r\u2028'] }, 'lin.1.x').toString();
    expect(text.match(/\n\n/g)).toHaveLength(1);
    expect(text.split('\n').slice(0, 2)).toEqual(['event: revive', 'id: lin.1.x']);
    expect(text).not.toContain('\r');
  });

  const live = (generation: number, hash: string, lineage = 'lin') =>
    ({ generation, hash, lineage, revision: 'r' }) as never;

  test('of a step says where it applies and what it leads to', () => {
    const patch = { revision: 'r', set: {}, delete: ['a'] };
    const event = patchEvent({ from: 1, to: live(2, 'h2'), patch });
    expect(event).toMatchObject({ lineage: 'lin', from: 1, generation: 2, hash: 'h2', delete: ['a'] });
    expect('segments' in event).toBe(false);
  });
});
