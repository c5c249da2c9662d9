import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { EvaluationContext } from '@guidon/engine/model';
import { CliError } from '../cli-error.js';
import { ContextSplitter, type Piece } from './split-contexts.js';

/** So many contexts are kept in memory at most; beyond, a sample says as much. */
export const MOST_CONTEXTS = 1_000_000;

export interface ReadContexts {
  readonly contexts: readonly EvaluationContext[];
  /** How many the file holds. */
  readonly read: number;
}

/**
 * Reads contexts from a file, one JSON object a line or one JSON array of objects, in a stream. With `sample` it keeps a
 * uniform random choice of so many (reservoir sampling, algorithm R: J. S. Vitter, ACM TOMS 11, 1985), the same each time.
 */
export async function readContexts(
  path: string,
  shown: string,
  options: { readonly sample?: number | undefined } = {},
): Promise<ReadContexts> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) throw new CliError(`There is no file ${shown}.`, { usage: true });
  const kept: EvaluationContext[] = [];
  const next = chance();
  let read = 0;
  const take = (piece: Piece) => {
    const context = parse(piece, shown);
    read += 1;
    const { sample } = options;
    if (sample === undefined || kept.length < sample) kept.push(context);
    else {
      const place = Math.floor(next() * read);
      if (place < sample) kept[place] = context;
    }
    if (kept.length > MOST_CONTEXTS)
      throw new CliError(
        `${shown} holds more than ${MOST_CONTEXTS} contexts; --sample 100000 takes a random sample of them.`,
        { usage: true },
      );
  };
  const splitter = new ContextSplitter(shown);
  for await (const chunk of createReadStream(path, { encoding: 'utf8' }))
    for (const piece of splitter.push(chunk as string)) take(piece);
  for (const piece of splitter.end()) take(piece);
  if (read === 0) throw new CliError(`${shown} holds no context.`, { usage: true });
  return { contexts: kept, read };
}

function parse({ text, line }: Piece, shown: string): EvaluationContext {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CliError(`${shown}:${line} is not JSON: ${(error as Error).message}`, { usage: true });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as EvaluationContext;
  throw new CliError(`${shown}:${line} wants an object such as {"targetingKey": "u-1"}.`, { usage: true });
}

/** Mulberry32 with a fixed seed: the same sample each time, so that a plan can be repeated. */
function chance(): () => number {
  let state = 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
