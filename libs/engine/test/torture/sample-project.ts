import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SourceFile } from '../../src/model/index.js';

const FOLDER = fileURLToPath(new URL('../../../../flags', import.meta.url));

/** A day on which every date of the sample lies ahead. */
export const SAMPLE_NOW_MS = Date.parse('2026-11-23T12:00:00Z');

/** The sample shop as Git would have it. */
export function readSample(): SourceFile[] {
  return readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .sort()
    .map((path) => ({
      path: path.replaceAll('\\', '/'),
      blob: `sample-${path}`,
      bytes: new Uint8Array(readFileSync(join(FOLDER, path))),
    }));
}

/** mulberry32: small, and the same numbers on every machine. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** So many of them, without repetition; all in their order when there are no more. */
export function pick<Item>(items: readonly Item[], count: number, random: () => number): Item[] {
  const pool = [...items];
  if (count >= pool.length) return pool;
  for (let at = 0; at < count; at += 1) {
    const other = at + Math.floor(random() * (pool.length - at));
    [pool[at], pool[other]] = [pool[other] as Item, pool[at] as Item];
  }
  return pool.slice(0, count);
}
