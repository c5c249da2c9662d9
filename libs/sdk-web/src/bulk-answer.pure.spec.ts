import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { judge } from './ask-bulk.js';
import { changedFlags, readBulk } from './bulk-answer.js';
import { readSpreadMs } from './event-line.js';
import { readOptions } from './options.js';
import { resolveFlag } from './resolve-flag.js';

const BASE = 'https://flags.acme.example/guidon';
const read = (body: unknown) => readBulk(JSON.stringify(body), undefined, BASE);
const streamOf = (...eventStreams: unknown[]) => read({ flags: [], eventStreams })?.stream;

/** JSON that has the names of a bulk evaluation in it, in right places and in wrong ones. */
const names = fc.constantFrom(
  'flags',
  'key',
  'value',
  'reason',
  'metadata',
  'eventStreams',
  'url',
  '__proto__',
);
const bodies = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    fc.jsonValue({ maxDepth: 1 }),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(names, tie('json'), { maxKeys: 4 }),
  ),
})).json;

describe('given anything', () => {
  test('reads a body, and answers for any flag of it, without throwing', () => {
    fc.assert(
      fc.property(fc.array(bodies, { maxLength: 4 }), bodies, (flags, eventStreams) => {
        const answer = read({ flags, eventStreams });
        expect(answer).toBeDefined();
        if (answer === undefined) return;
        expect(changedFlags(answer, answer)).toEqual([]);
        const holding = { answer, id: 'x', source: 'network', atMs: 0 } as const;
        for (const key of [...answer.flags.keys(), 'toString']) {
          const asked = { key, fallback: 'mine', type: 'string', holding, trouble: '', nowMs: 5 } as const;
          const resolved = resolveFlag({ ...asked, state: 'ready' });
          expect(typeof resolved.value).toBe('string');
          if (resolved.errorCode !== undefined) expect(resolved.value).toBe('mine');
        }
      }),
    );
  });

  test('takes text that is no bulk evaluation for a failure', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          bodies.map((body) => JSON.stringify([body])),
        ),
        (text) => {
          const header = (name: string) => (name === 'content-type' ? 'application/json' : null);
          expect(judge({ status: 200, header, text, url: BASE })).toMatchObject({ kind: 'failed' });
        },
      ),
    );
  });

  test('reads options and messages without throwing', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (one, other) => {
        expect(
          readOptions({ url: one, key: other, initTimeoutMs: one, logger: other } as never).trouble,
        ).toBeDefined();
        expect(readOptions(one as never).initTimeoutMs).toBeGreaterThanOrEqual(0);
      }),
    );
    fc.assert(
      fc.property(fc.string(), bodies, (text, body) => void [readSpreadMs(text), readSpreadMs(body)]),
    );
  });
});

describe('the stream that an answer offers', () => {
  test.each([
    [[{ type: 'sse', url: 'https://s.example/a' }], 'https://s.example/a'],
    [[{ type: 'sse', endpoint: { requestUri: '/a?t=1' } }], 'https://flags.acme.example/a?t=1'],
    [[{ type: 'sse', endpoint: { origin: 'https://s.example', requestUri: '/a' } }], 'https://s.example/a'],
    [
      [
        { type: 'websocket', url: 'https://s.example/' },
        { type: 'sse', url: '/b' },
      ],
      'https://flags.acme.example/b',
    ],
    [[{ type: 'sse', url: 'javascript:alert(1)' }], undefined],
    [[{ type: 'sse' }], undefined],
    [[null, 5], undefined],
    [[], undefined],
  ])('%j is at %s', (streams, url) => {
    expect(streamOf(...streams)?.url).toBe(url);
  });

  test('is closed in hidden pages after the time that it names', () => {
    const named = (inactivityDelaySec: unknown) =>
      streamOf({ type: 'sse', url: '/s', inactivityDelaySec })?.hiddenCloseMs;
    expect([named(7), named(undefined), named(-1), named('7')]).toEqual([7_000, 120_000, 120_000, 120_000]);
  });
});

test('names flags that came, went or answer otherwise, and not those with other metadata only', () => {
  const flags = (...items: object[]) => read({ flags: items });
  const before = flags(
    { key: 'a', value: 1 },
    { key: 'b', value: 1, metadata: { generation: 1 } },
    { key: 'c', value: 1 },
  );
  const after = flags(
    { key: 'd', value: 1 },
    { key: 'b', value: 1, metadata: { generation: 2 } },
    { key: 'a', value: 2 },
  );
  expect(after && changedFlags(before, after)).toEqual(['a', 'c', 'd']);
});
