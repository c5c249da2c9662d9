import type { Attribute, AttributeType, Project } from '../model/index.js';
import type { FindingCode } from '../schema/index.js';
import { suggestion } from './nearest-name.js';
import { type Path, type Problem, shown } from './problem.js';

/** A name in another file that this file depends on, with the place where it stands. */
export type Reference =
  | { readonly to: 'segment'; readonly key: string; readonly at: Path }
  | { readonly to: 'flag'; readonly key: string; readonly variants: readonly string[]; readonly at: Path };

/** What binders write to while they turn one document into the model. */
export interface Binding {
  readonly project: Project;
  readonly problems: Problem[];
  readonly references: Reference[];
}

export function newBinding(project: Project): Binding {
  return { project, problems: [], references: [] };
}

export function report(binding: Binding, problem: Problem): void {
  binding.problems.push(problem);
}

/** Reports a name that is none of those known, with the nearest one. */
export function reportUnknown(
  binding: Binding,
  at: Path,
  name: { code: FindingCode; noun: string; wrong: string; known: Iterable<string>; onKey?: true },
): void {
  const fix = suggestion(name.wrong, name.known);
  report(binding, {
    at,
    code: name.code,
    sentence: `${shown(name.wrong)} is not a declared ${name.noun}.`,
    ...(fix === undefined ? {} : { fix }),
    ...(name.onKey ? { onKey: true } : {}),
  });
}

/** The attributes that always exist (sentence 17). */
export const BUILT_IN_ATTRIBUTES: ReadonlyMap<string, Attribute> = new Map([
  ['targetingKey', { type: 'string' }],
  ['now', { type: 'date' }],
]);

export function attributeNamed(project: Project, name: string): Attribute | undefined {
  return BUILT_IN_ATTRIBUTES.get(name) ?? project.attributes.get(name);
}

export function attributeNames(project: Project): string[] {
  return [...BUILT_IN_ATTRIBUTES.keys(), ...project.attributes.keys()];
}

export const TYPE_NOUNS: { readonly [type in AttributeType]: string } = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  semver: 'a version of three parts such as 2.10.0',
  date: 'a date such as 2027-02-01, or an instant with an offset',
  ip: 'an address or a CIDR block',
};

/** By code point, so that the order does not depend on a locale. */
export function byCodePoint(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const order = left[index]!.codePointAt(0)! - right[index]!.codePointAt(0)!;
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

export function sortedEntries<Value>(map: { readonly [key: string]: Value } | undefined): [string, Value][] {
  return Object.entries(map ?? {}).sort(([a], [b]) => byCodePoint(a, b));
}

export function listOf<Item>(value: Item | readonly Item[]): readonly Item[] {
  return Array.isArray(value) ? (value as readonly Item[]) : [value as Item];
}
