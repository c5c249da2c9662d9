import { parse } from 'yaml';
import { placeOf } from '../load/index.js';

/** One thing that a file says differently than before. */
export interface FileChangeWords {
  /** Absent for what belongs to no environment, or to all of them. */
  readonly environment?: string;
  /** `serve: off → on`. */
  readonly words: string;
}

export interface DescribedFileChange {
  /** Key of the flag, also where its tests changed; absent for other files. */
  readonly flag?: string;
  readonly changes: readonly FileChangeWords[];
}

/** Both texts once were accepted; `undefined` where the file was not there. */
export interface FileTexts {
  readonly before: string | undefined;
  readonly after: string | undefined;
}

const NOTHING = '(nothing)';
const LONGEST_VALUE = 60;
const ARROW = ' → ';

/** What changed in one file, from and to in words, by its syntax tree: comments, order of keys and quotes do not count. */
export function describeFileChange(path: string, { before, after }: FileTexts): DescribedFileChange {
  const place = placeOf(path);
  const flag = place.kind === 'flag' || place.kind === 'test' ? { flag: place.key } : {};
  const what = WHAT[place.kind] ?? 'the file';
  if (before === undefined || after === undefined) {
    const words = before === undefined ? `${what} is new` : `${what} was removed`;
    return { ...flag, changes: [{ words }] };
  }
  if (place.kind === 'test') return { ...flag, changes: [{ words: 'the tests changed' }] };
  const [from, to] = [treeOf(before), treeOf(after)];
  if (from === undefined || to === undefined) return { ...flag, changes: [{ words: `${what} changed` }] };
  const found = differences(from, to, []).map(({ at, words }) => wordsAt(at, words, place.kind));
  return { ...flag, changes: found.length === 0 ? [{ words: 'only its form changed' }] : found };
}

const WHAT: { readonly [kind: string]: string } = {
  flag: 'the flag',
  segment: 'the segment',
  project: 'the project file',
  test: 'the file of tests',
};

interface Difference {
  readonly at: readonly string[];
  readonly words: string;
}

function wordsAt(at: readonly string[], words: string, kind: string): FileChangeWords {
  const isPlaced = kind === 'flag' && at[0] === 'environments' && at[1] !== undefined;
  const rest = isPlaced ? at.slice(2) : at;
  const text = `${rest.length === 0 ? '' : `${rest.join('.')}: `}${words}`;
  return isPlaced ? { environment: at[1] as string, words: text } : { words: text };
}

/** Maps stay maps, so that a key such as `__proto__` is a key. */
function treeOf(text: string): unknown {
  try {
    return parse(text, {
      version: '1.2',
      schema: 'core',
      mapAsMap: true,
      maxAliasCount: 0,
      logLevel: 'error',
    });
  } catch {
    return undefined;
  }
}

function differences(before: unknown, after: unknown, at: readonly string[]): Difference[] {
  const [from, to] = [longForm(before, at), longForm(after, at)];
  if (plain(from) === plain(to)) return [];
  const [left, right] = [byName(from), byName(to)];
  if (left === undefined || right === undefined) return [{ at, words: `${shown(from)}${ARROW}${shown(to)}` }];
  const names = [...new Set([...left.keys(), ...right.keys()])];
  const found = names.flatMap((name) => differences(left.get(name), right.get(name), [...at, name]));
  // The same parts in both, so it is the order that differs; that of a map means nothing.
  return found.length === 0 && Array.isArray(to) ? [{ at, words: 'another order' }] : found;
}

/** `production: off` is short for `{ serve: off }`. */
function longForm(value: unknown, at: readonly string[]): unknown {
  const isEnvironment = at.length === 2 && at[0] === 'environments';
  if (!isEnvironment || value === undefined || value instanceof Map) return value;
  return new Map([['serve', value]]);
}

/** The parts of a map by key, of a list whose parts all have an `id` by that. */
function byName(value: unknown): Map<string, unknown> | undefined {
  if (value instanceof Map) return new Map([...value].map(([key, part]) => [String(key), part]));
  if (!Array.isArray(value)) return undefined;
  const named = value.map((part: unknown): [unknown, unknown] => [
    part instanceof Map ? part.get('id') : undefined,
    part,
  ]);
  const ids = new Set(named.map(([id]) => id));
  const isNamed = ids.size === value.length && [...ids].every((id) => typeof id === 'string');
  return isNamed ? new Map(named as [string, unknown][]) : undefined;
}

function plain(value: unknown): string | undefined {
  return JSON.stringify(value, (_, part: unknown) =>
    part instanceof Map ? Object.fromEntries([...part].map(([key, of]) => [`.${String(key)}`, of])) : part,
  );
}

function shown(value: unknown): string {
  if (value === undefined) return NOTHING;
  const text = wordsOf(value);
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE - 1)}…`;
}

function wordsOf(value: unknown): string {
  if (value instanceof Map)
    return `{ ${[...value].map(([key, part]) => `${String(key)}: ${wordsOf(part)}`).join(', ')} }`;
  if (Array.isArray(value)) return `[${value.map(wordsOf).join(', ')}]`;
  return String(value);
}
