import type { RawFlag } from '../schema/flag-schema.js';
import type { RawSegment } from '../schema/segment-schema.js';

/** Part of a file as it is written: what a jump or a loss is about, and nothing that has no say in it. */
export type Piece = { readonly [name: string]: unknown };

export type Facts = ReadonlyMap<string, unknown>;

/** The last line of an environment with what it falls back on; an environment that is not listed has no line. */
export function restPiece(flag: RawFlag, environment: string): Piece {
  const body = environmentOf(flag, environment);
  const line = typeof body === 'string' ? { serve: body } : { serve: body?.serve, split: body?.split };
  return { safe: flag.safe, archived: flag.archived, archivedServe: flag.serve, ...line };
}

/** The first rule of an environment that has one of these ids. */
export function rulePiece(flag: RawFlag, environment: string, ids: readonly string[]): Piece {
  return { ...rulesOf(flag, environment).find(({ id }) => ids.includes(id)) };
}

export function ruleIds(flag: RawFlag, environment: string): string[] {
  return rulesOf(flag, environment).map(({ id }) => id);
}

/** Which rules there are, whatever they say. */
export function ruleListPiece(flag: RawFlag): Piece {
  const names = Object.keys(flag.environments ?? {});
  return Object.fromEntries(names.map((name) => [name, ruleIds(flag, name)]));
}

export function membersPiece(segment: RawSegment): Piece {
  return { when: segment.when };
}

/** All that one environment serves, rule by rule; in which order they stand is not told. */
export function servedPiece(flag: RawFlag, environment: string): Piece {
  const { safe, variants, requires, by, salt, bucketing, archived, serve } = flag;
  const body = environmentOf(flag, environment);
  const { rules = [], ...lines } = typeof body === 'object' ? body : { serve: body };
  return {
    ...{ safe, variants, requires, by, salt, bucketing, archived, archivedServe: serve },
    ...{ lines, rules: Object.fromEntries(rules.map((rule) => [rule.id, rule])) },
  };
}

function environmentOf(flag: RawFlag, environment: string) {
  const all = flag.environments ?? {};
  return Object.hasOwn(all, environment) ? all[environment] : undefined;
}

function rulesOf(flag: RawFlag, environment: string) {
  const body = environmentOf(flag, environment);
  return (typeof body === 'object' ? body.rules : undefined) ?? [];
}

/**
 * The single facts that a piece states, by place: `percent` is 50. What stands in a list is a fact by its value, since
 * Git puts lines back into a list that has grown elsewhere meanwhile.
 */
export function factsOf(piece: Piece): Facts {
  const facts = new Map<string, unknown>();
  collect(piece, '', facts);
  return facts;
}

function collect(value: unknown, at: string, into: Map<string, unknown>): void {
  if (value === undefined) return;
  if (Array.isArray(value)) {
    for (const element of value) collectElement(element, `${at}/*`, into);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) collect(inner, `${at}/${JSON.stringify(name)}`, into);
  } else into.set(at, value);
}

/** A list inside a list is an arm with its weight and means nothing when taken apart. */
function collectElement(element: unknown, at: string, into: Map<string, unknown>): void {
  if (typeof element !== 'object' || Array.isArray(element)) {
    into.set(`${at}=${JSON.stringify(element)}`, true);
    return;
  }
  const inner = new Map<string, unknown>();
  collect(element, at, inner);
  for (const [place, value] of inner) into.set(`${place}=${JSON.stringify(value)}`, true);
}

/** Fact by fact what Git makes of it: where the step changed something, as it was before; else as it is now. */
export function isInverse(
  { from, to }: Record<'from' | 'to', Facts>,
  {
    now,
    next,
    said,
  }: { readonly now: Facts; readonly next: Facts; readonly said: readonly Facts[] | undefined },
): boolean {
  let undone = false;
  for (const place of new Set([...from.keys(), ...to.keys(), ...now.keys(), ...next.keys()])) {
    const old = from.get(place);
    const isStep = old !== to.get(place);
    if (isStep) undone = true;
    if (next.get(place) !== (isStep ? from : now).get(place)) return false;
    const wasSaid = old === undefined || said === undefined || said.some((facts) => facts.get(place) === old);
    if (isStep && !wasSaid) return false;
  }
  return undone;
}
