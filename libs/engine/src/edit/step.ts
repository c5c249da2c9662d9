import type { Path } from '../load/problem.js';
import type { Plain } from '../load/yaml-walk.js';

/**
 * One change of a document, said without its text. The same steps are done twice, on the source text and on the data that
 * it means, and both must agree: that is how a splice is proved.
 */
export type Step =
  /** A scalar gives way to a scalar. */
  | { readonly op: 'replace'; readonly at: Path; readonly value: string | number }
  /** A pair of a map gives way to another pair: `split: {…}` to `serve: on`. */
  | { readonly op: 'exchange'; readonly at: Path; readonly key: string; readonly value: Plain }
  /** A new pair behind the key named, or before all others. */
  | {
      readonly op: 'add';
      readonly into: Path;
      readonly key: string;
      readonly value: Plain;
      readonly after?: string;
    }
  /** A new first item of a list. */
  | { readonly op: 'prepend'; readonly to: Path; readonly value: Plain }
  | { readonly op: 'remove'; readonly at: Path };

type Collection = { [key: string]: Plain };

/** What the data is after the steps; the data given stays as it is. */
export function applySteps(data: Plain, steps: readonly Step[]): Plain {
  const root = copyOf(data);
  for (const step of steps) applyStep(root, step);
  return root;
}

function applyStep(root: Plain, step: Step): void {
  switch (step.op) {
    case 'replace':
      parentOf(root, step.at)[lastOf(step.at)] = step.value;
      return;
    case 'exchange': {
      const parent = parentOf(root, step.at);
      delete parent[lastOf(step.at)];
      parent[step.key] = step.value;
      return;
    }
    case 'add':
      (valueAt(root, step.into) as Collection)[step.key] = step.value;
      return;
    case 'prepend':
      (valueAt(root, step.to) as Plain[]).unshift(step.value);
      return;
    case 'remove':
      delete parentOf(root, step.at)[lastOf(step.at)];
  }
}

function valueAt(root: Plain, path: Path): Plain {
  return path.reduce<Plain>((value, part) => (value as Collection)[part as string] as Plain, root);
}

function parentOf(root: Plain, path: Path): Collection {
  return valueAt(root, path.slice(0, -1)) as Collection;
}

function lastOf(path: Path): string {
  return String(path.at(-1));
}

function copyOf(value: Plain): Plain {
  if (Array.isArray(value)) return value.map(copyOf);
  if (value === null || typeof value !== 'object') return value;
  const copy = Object.create(null) as Collection;
  for (const [key, inner] of Object.entries(value)) copy[key] = copyOf(inner);
  return copy;
}
