import { describe, expect, it } from '@jest/globals';
import { BatchReader } from './read-blobs.js';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const STREAM = Buffer.from(`${A} blob 5\nhe\nlo\n${B} blob 0\n\n`);

function read(pieces: readonly Buffer[]): Map<string, string> {
  const found = new Map<string, string>();
  const reader = new BatchReader((id, content) => found.set(id, content.toString()));
  for (const piece of pieces) reader.push(piece);
  expect(reader.atRest()).toBe(true);
  return found;
}

describe('BatchReader', () => {
  it('reads the same objects wherever the pipe cuts the stream', () => {
    const whole = new Map([
      [A, 'he\nlo'],
      [B, ''],
    ]);
    for (let cut = 0; cut <= STREAM.length; cut += 1)
      expect(read([STREAM.subarray(0, cut), STREAM.subarray(cut)])).toEqual(whole);
    expect(read([...STREAM].map((byte) => Buffer.from([byte])))).toEqual(whole);
  });

  it('refuses an object that is missing or no blob', () => {
    expect(() => read([Buffer.from(`${A} missing\n`)])).toThrow(/missing/);
    expect(() => read([Buffer.from(`${A} tree 3\nabc\n`)])).toThrow(/cannot be read/);
  });
});
