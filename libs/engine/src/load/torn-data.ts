import { FILE_SCHEMAS, type FileKind } from '../schema/index.js';
import { isWithin, type Path, type Problem } from './problem.js';
import { schemaProblems } from './schema-problems.js';

/** A file's data without what its schema refuses, for looking at the rest of it. Never served. */
export interface MendedData {
  readonly raw: unknown;
  /** What was taken out, in the file's own positions. */
  readonly removed: readonly Path[];
  /** A path in `raw` as it stands in the file, where lists are still whole. */
  originalPath(path: Path): Path;
}

/** Stands in for an obligatory field that is missing or refused, so that the others can be looked at. */
const STANDINS: { readonly [kind in FileKind]: { readonly [field: string]: unknown } } = {
  flag: { type: 'release', owner: 'unknown', description: 'unknown', safe: 'unknown' },
  segment: { owner: 'unknown', description: 'unknown', when: { targetingKey: 'unknown' } },
  project: {},
  test: {},
};
/** Each round takes out at least one thing, and one level up where that did not help. */
const MOST_ROUNDS = 12;

/** Takes out what is refused, as little of it as will do; undefined when nothing sensible is left. */
export function mendData(
  kind: FileKind,
  data: unknown,
  problems: readonly Problem[],
): MendedData | undefined {
  if (!isMap(data)) return undefined;
  const removed: Path[] = problems.flatMap(({ at, code }) =>
    at.length === 0 || code === 'missing-field' ? [] : [at],
  );
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const raw = { ...standins(kind, data, removed), ...(without(data, removed, []) as object) };
    const checked = FILE_SCHEMAS[kind].safeParse(raw);
    const originalPath = (path: Path) => originalPathOf(data, removed, path);
    if (checked.success) return { raw: checked.data, removed, originalPath };
    // Looked up before anything is added, since positions in lists depend on what is taken out.
    const refused = schemaProblems(checked.error.issues, raw).map(({ at, code }) => {
      const place = originalPath(at);
      const isThere = code !== 'missing-field' && !removed.some((one) => isWithin(place, one));
      return isThere ? place : place.slice(0, -1);
    });
    if (refused.some((path) => path.length === 0)) return undefined;
    removed.push(...refused);
  }
  return undefined;
}

function standins(kind: FileKind, data: object, removed: readonly Path[]): object {
  const gone = (field: string) =>
    !Object.hasOwn(data, field) || removed.some((path) => path.length === 1 && path[0] === field);
  return Object.fromEntries(Object.entries(STANDINS[kind]).filter(([field]) => gone(field)));
}

function without(value: unknown, removed: readonly Path[], at: Path): unknown {
  const isKept = (part: string | number) => !removed.some((path) => samePath(path, [...at, part]));
  if (Array.isArray(value))
    return value.flatMap((item, index) => (isKept(index) ? [without(item, removed, [...at, index])] : []));
  if (!isMap(value)) return value;
  const kept = Object.entries(value).filter(([key]) => isKept(key));
  return Object.assign(
    Object.create(null),
    Object.fromEntries(kept.map(([key, inner]) => [key, without(inner, removed, [...at, key])])),
  );
}

function originalPathOf(data: unknown, removed: readonly Path[], path: Path): Path {
  const original: (string | number)[] = [];
  let value = data;
  for (const part of path) {
    const here = typeof part === 'number' ? nthKept(value, removed, { at: original, index: part }) : part;
    original.push(here);
    value = isMap(value) || Array.isArray(value) ? (value as { [key: string]: unknown })[here] : undefined;
  }
  return original;
}

function nthKept(list: unknown, removed: readonly Path[], item: { at: Path; index: number }): number {
  let left = item.index;
  const length = Array.isArray(list) ? list.length : 0;
  for (let index = 0; index < length; index += 1) {
    if (removed.some((path) => samePath(path, [...item.at, index]))) continue;
    if (left === 0) return index;
    left -= 1;
  }
  return item.index;
}

function isMap(value: unknown): value is { [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function samePath(a: Path, b: Path): boolean {
  return a.length === b.length && isWithin(a, b);
}
