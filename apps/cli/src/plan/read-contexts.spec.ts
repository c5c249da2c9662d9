import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readContexts } from './read-contexts.js';

describe('readContexts', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'guidon-contexts-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function read(text: string, sample?: number) {
    const path = join(folder, 'contexts');
    writeFileSync(path, text);
    return readContexts(path, 'contexts', { sample });
  }

  it.each([
    ['one a line', '{"a":1}\n\n{"a":2}\r\n{"a":{"b":"}{"}}'],
    ['an array', '\uFEFF [\n  {"a":1},\n {"a":2}, {"a":{\n"b":"}{"}}]\n'],
  ])('reads %s', async (_, text) => {
    expect(await read(text)).toEqual({ contexts: [{ a: 1 }, { a: 2 }, { a: { b: '}{' } }], read: 3 });
  });

  it('reads what is cut anywhere between two chunks of the stream', async () => {
    const many = Array.from({ length: 4_000 }, (_, i) => ({
      targetingKey: `ü-${i}`,
      text: 'x'.repeat(i % 97),
    }));
    expect((await read(JSON.stringify(many))).contexts).toEqual(many);
    expect((await read(many.map((one) => JSON.stringify(one)).join('\n'))).contexts).toEqual(many);
  });

  it.each([
    ['{"a":1}\n{"a":\n', 'contexts:2 is not JSON'],
    ['{"a":1}\n[]\n', 'contexts:2 wants an object'],
    ['[{"a":1},\n\n  7]', 'contexts:3 an object is wanted here, not 7.'],
    ['[{"a":1},\n{"b":tru}]', 'contexts:2 is not JSON'],
    ['[{"a":1}', 'the array has no end: ] is missing.'],
    ['[{"a":1}]\n{}', 'contexts:2 something follows the array.'],
    ['\n', 'contexts holds no context.'],
    ['', 'contexts holds no context.'],
    [`{"a":"${'x'.repeat(1_200_000)}`, 'contexts:1 begins a context of more than 1 MiB.'],
  ])('names the line of what is wrong: %j', async (text, sentence) => {
    await expect(read(text)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(sentence),
    });
  });

  it('takes a sample that favours nobody and is the same each time', async () => {
    const text = Array.from({ length: 10_000 }, (_, i) => `{"i":${i}}`).join('\n');
    const { contexts, read: all } = await read(text, 500);
    expect(all).toBe(10_000);
    expect(contexts).toHaveLength(500);
    const places = contexts.map(({ i }) => i as number);
    expect(new Set(places).size).toBe(500);
    const mean = places.reduce((sum, i) => sum + i, 0) / 500;
    // The mean of 500 draws of 0 to 9,999 has a deviation of 129.
    expect(Math.abs(mean - 5_000)).toBeLessThan(4 * 129);
    expect((await read(text, 500)).contexts).toEqual(contexts);
    expect((await read(text, 20_000)).contexts).toHaveLength(10_000);
  });
});
