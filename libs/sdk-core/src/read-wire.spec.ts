import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseJson, readDocument, readStreamMessage } from './read-wire.js';

const read = (name: string, data: unknown) =>
  readStreamMessage({ name, data: typeof data === 'string' ? data : JSON.stringify(data), id: undefined });

const document = {
  format: 1,
  environment: 'production',
  revision: 'abc',
  lineage: 'l1',
  generation: 3,
  hash: '00',
  flags: {},
  segments: {},
  kills: { kills: [], revived: [] },
};

describe('readStreamMessage', () => {
  test('ignores events that it does not know, whatever they hold', () => {
    expect(read('later', '{not json').kind).toBe('unknown');
    expect(read('constructor', '{}').kind).toBe('unknown');
  });

  test.each([
    ['ruleset', '{"format":1'],
    ['ruleset', { ...document, generation: -1 }],
    ['ruleset', { ...document, flags: [] }],
    ['patch', { lineage: 'l1', from: '1', generation: 2, hash: '', revision: '', set: {}, delete: [] }],
    ['patch', { lineage: 'l1', from: 1, generation: 2, hash: '', revision: '', set: {}, delete: [1] }],
    ['kill', { kills: 'all' }],
    ['revive', null],
    ['hello', { lineage: 'l1' }],
  ])('calls a %s event of the wrong shape broken (%#)', (name, data) => {
    expect(read(name, data).kind).toBe('broken');
  });

  test('keeps the kills that it can read when one cannot be read', () => {
    const kills = [{ id: 1, flags: ['a'] }, { id: 'k1', flags: ['a', 2] }, null];
    expect(read('kill', { kills })).toEqual({ kind: 'kill', data: { kills: [{ id: 'k1', flags: ['a'] }] } });
  });

  test('reads a ruleset without kills as one without kills', () => {
    const { kills: _, ...bare } = document;
    expect(readDocument(bare)?.kills).toEqual({ kills: [], revived: [] });
  });

  test('never throws', () => {
    const name = fc.constantFrom('hello', 'kill', 'revive', 'ruleset', 'patch', 'goodbye');
    fc.assert(fc.property(name, fc.json(), (n, json) => typeof read(n, json).kind === 'string'));
    fc.assert(fc.property(fc.anything(), (value) => readDocument(value) === undefined || true));
    expect(parseJson('nope')).toBeUndefined();
  });
});
