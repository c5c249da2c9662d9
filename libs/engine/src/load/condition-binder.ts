import { type Condition, LIMITS } from '../model/index.js';
import type { RawAttributeTest, RawCondition } from '../schema/condition-schema.js';
import { RESERVED_WORDS } from '../schema/index.js';
import { bindAttributeTest } from './attribute-test-binder.js';
import {
  attributeNamed,
  attributeNames,
  type Binding,
  listOf,
  report,
  reportUnknown,
  sortedEntries,
} from './binding.js';
import { type Path, shown } from './problem.js';

/** Stands where a condition could not be bound; the file is refused anyway. */
const NOBODY: Condition = { op: 'any', of: [] };

interface Place {
  /** Segments may not ask for flags (sentence 24). */
  readonly inSegment: boolean;
  readonly depth: number;
}

/** A condition in canonical form: shorthand resolved, keys in code-point order, references noted. */
export function bindCondition(
  binding: Binding,
  at: Path,
  raw: RawCondition,
  place: { readonly inSegment: boolean },
): Condition {
  return bindMap(binding, at, raw, { ...place, depth: 1 });
}

function bindMap(binding: Binding, at: Path, raw: RawCondition, place: Place): Condition {
  if (place.depth > LIMITS.conditionDepth) {
    const sentence = `Conditions are nested deeper than ${LIMITS.conditionDepth} levels.`;
    report(binding, { at, code: 'condition-too-deep', sentence });
    return NOBODY;
  }
  if (typeof raw.attribute === 'string') {
    const { attribute, ...operators } = raw;
    return allOf(bindAttribute(binding, at, attribute as string, operators as RawAttributeTest));
  }
  return allOf(
    sortedEntries(raw).flatMap(([key, value]) => bindKey(binding, [...at, key], { key, value }, place)),
  );
}

function allOf(conditions: readonly Condition[]): Condition {
  return conditions.length === 1 ? conditions[0]! : { op: 'all', of: conditions };
}

function bindKey(
  binding: Binding,
  at: Path,
  entry: { key: string; value: unknown },
  place: Place,
): Condition[] {
  const inner = { ...place, depth: place.depth + 1 };
  switch (entry.key) {
    case 'all':
    case 'any': {
      const of = (entry.value as RawCondition[]).map((raw, index) =>
        bindMap(binding, [...at, index], raw, inner),
      );
      return of.length === 1 ? of : [{ op: entry.key, of }];
    }
    case 'not':
      return [bindNot(binding, at, entry.value as RawCondition, inner)];
    case 'segment':
      return [bindSegment(binding, at, entry.value as string | string[])];
    case 'flag':
      return bindFlag(binding, at, entry.value as { [flag: string]: string | string[] }, place);
    default:
      return bindAttribute(binding, at, entry.key, entry.value as RawAttributeTest);
  }
}

function bindNot(binding: Binding, at: Path, raw: RawCondition, place: Place): Condition {
  const isNamed = typeof raw.attribute === 'string';
  if (!isNamed && Object.keys(raw).length !== 1) {
    report(binding, {
      at,
      onKey: true,
      code: 'not-one-condition',
      sentence: `"not" holds ${Object.keys(raw).length} conditions: ${Object.keys(raw).join(', ')}.`,
    });
  }
  return { op: 'not', of: bindMap(binding, at, raw, place) };
}

function bindSegment(binding: Binding, at: Path, raw: string | string[]): Condition {
  const keys = listOf(raw);
  for (const [index, key] of keys.entries()) {
    binding.references.push({ to: 'segment', key, at: Array.isArray(raw) ? [...at, index] : at });
  }
  return { op: 'segment', any: keys };
}

function bindFlag(
  binding: Binding,
  at: Path,
  raw: { [flag: string]: string | string[] },
  place: Place,
): Condition[] {
  if (place.inSegment) {
    report(binding, {
      at,
      onKey: true,
      code: 'flag-in-segment',
      sentence: 'A segment may not ask for a flag.',
    });
    return [NOBODY];
  }
  return sortedEntries(raw).map(([flag, value]) => {
    const variants = listOf(value);
    binding.references.push({ to: 'flag', key: flag, variants, at: [...at, flag] });
    return { op: 'flag', flag, variants };
  });
}

function bindAttribute(binding: Binding, at: Path, name: string, raw: RawAttributeTest): Condition[] {
  const attribute = attributeNamed(binding.project, name);
  if (attribute === undefined) {
    const known = [
      ...attributeNames(binding.project),
      ...RESERVED_WORDS.filter((word) => word !== 'attribute'),
    ];
    reportUnknown(binding, at, {
      code: 'unknown-attribute',
      noun: 'attribute',
      wrong: name,
      known,
      onKey: true,
    });
    return [NOBODY];
  }
  const bound = bindAttributeTest(binding, at, { name, attribute }, raw);
  if (bound.length === 0 && typeof raw === 'object' && Object.keys(raw).length === 0) {
    report(binding, { at, code: 'missing-field', sentence: `${shown(name)} has no operator.` });
  }
  return bound;
}
