import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ServerSentEvent, SseParser } from './sse-parser.js';

function parse(chunks: readonly string[], maxChars = 10_000) {
  const events: (ServerSentEvent | string)[] = [];
  const parser = new SseParser({
    onEvent: (event) => events.push(event),
    onIdAlone: (id) => events.push(id),
    maxChars,
  });
  const accepted = chunks.map((chunk) => parser.feed(chunk));
  return { events, accepted };
}

const TEXT =
  '\uFEFF: hello\n\nevent: kill\r\nid: l.1.a\r\ndata: {"a":1}\r\n\r\ndata\n\ndata:one\rdata: two\r\rid: x\0y\ndata:  z\n\n' +
  'event: lost\nid: alone\n\nretry: 5\nunknown: field\ndata: ü日本\n\n';

const EXPECTED = [
  { name: 'kill', id: 'l.1.a', data: '{"a":1}' },
  { name: 'message', id: undefined, data: '' },
  { name: 'message', id: undefined, data: 'one\ntwo' },
  { name: 'message', id: undefined, data: ' z' },
  'alone',
  { name: 'message', id: undefined, data: 'ü日本' },
];

describe('SseParser', () => {
  test('reads fields, comments, every line ending and a byte order mark', () => {
    expect(parse([TEXT]).events).toEqual(EXPECTED);
  });

  test('reads the same events however the stream is cut', () => {
    const cuts = fc.array(fc.integer({ min: 0, max: TEXT.length }), { maxLength: 30 });
    fc.assert(
      fc.property(cuts, (at) => {
        const sorted = [0, ...at.sort((a, b) => a - b), TEXT.length];
        const chunks = sorted.slice(1).map((end, i) => TEXT.slice(sorted[i], end));
        expect(parse(chunks).events).toEqual(EXPECTED);
      }),
    );
  });

  test('discards an event that was not finished', () => {
    expect(parse(['data: half']).events).toEqual([]);
  });

  test('refuses an event that grows beyond the limit, in one line or in many', () => {
    expect(parse(['data: ', 'x'.repeat(50)], 40).accepted).toEqual([true, false]);
    expect(parse(['data: xxxxxxxxxx\n'.repeat(5)], 40).accepted).toEqual([false]);
    expect(parse(['data: xxxxxxxxxx\n\n'.repeat(50)], 40).accepted).toEqual([true]);
  });

  test('costs what the length costs for a large event in small pieces', () => {
    const piece = 'x'.repeat(1_000);
    const { events } = parse(['data: ', ...Array.from({ length: 5_000 }, () => piece), '\n\n'], 1e9);
    expect(events).toEqual([{ name: 'message', id: undefined, data: 'x'.repeat(5_000_000) }]);
  });
});
