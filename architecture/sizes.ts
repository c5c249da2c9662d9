import { readText } from './checkout.js';

/** Lines by path. */
export type Sizes = { readonly [path: string]: number };

/** Files longer than the ratchet stand in this file with the size that they may have; it only ever shrinks. */
export const RATCHET_FILE = 'architecture/size-ratchet.json';

/** The design's bounds: look twice at `ratchet`, `hard` is the end. */
export const SIZES = {
  source: { ratchet: 200, hard: 400 },
  spec: { ratchet: 600, hard: 600 },
  functionLines: 70,
  parameters: 4,
  dependencies: 5,
} as const;

export function measure(paths: readonly string[]): Sizes {
  return Object.fromEntries(paths.map((path) => [path, readText(path).split('\n').length - 1]));
}
