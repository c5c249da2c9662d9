import {
  type Attribute,
  type AttributeType,
  type Condition,
  LIMITS,
  type StringCondition,
} from '../model/index.js';
import type { RawAttributeTest, RawOperators, RawScalar } from '../schema/condition-schema.js';
import { OPERATOR_NAMES } from '../schema/index.js';
import { checkValue, instantMs } from './attribute-values.js';
import { type Binding, byCodePoint, listOf, report } from './binding.js';
import { suggestion } from './nearest-name.js';
import { type Path, shown } from './problem.js';
import { stringCondition } from './string-condition.js';

/** Operators by attribute type (sentence 18); `ignoreCase` is a manner of the string operators. */
export const OPERATORS: { readonly [type in AttributeType]: readonly string[] } = {
  string: ['is', 'in', 'startsWith', 'endsWith', 'contains', 'matches', 'ignoreCase', 'exists'],
  number: ['is', 'in', 'lt', 'lte', 'gt', 'gte', 'exists'],
  semver: ['is', 'in', 'lt', 'lte', 'gt', 'gte', 'exists'],
  date: ['lt', 'lte', 'gt', 'gte', 'exists'],
  boolean: ['is', 'exists'],
  ip: ['in', 'exists'],
};

interface Subject {
  readonly name: string;
  readonly attribute: Attribute;
}

/** One attribute with a plain value, a list, or operators that must all hold. */
export function bindAttributeTest(
  binding: Binding,
  at: Path,
  subject: Subject,
  raw: RawAttributeTest,
): Condition[] {
  if (Array.isArray(raw)) return bindOperators(binding, at, { ...subject, implied: 'in' }, { in: raw });
  if (typeof raw === 'object') return bindOperators(binding, at, subject, raw);
  // A plain value means `is`; an address has no `is`, so there it means `in` (sentence 19).
  if (subject.attribute.type === 'ip')
    return bindOperators(binding, at, { ...subject, implied: 'in' }, { in: [raw] });
  return bindOperators(binding, at, { ...subject, implied: 'is' }, { is: raw });
}

function bindOperators(
  binding: Binding,
  at: Path,
  subject: Subject & { implied?: string },
  raw: RawOperators,
): Condition[] {
  const { type } = subject.attribute;
  const names = Object.keys(raw).sort(byCodePoint);
  const bound: Condition[] = [];
  for (const operator of names) {
    const operatorAt = subject.implied === undefined ? [...at, operator] : at;
    if (!OPERATORS[type].includes(operator)) reportOperator(binding, operatorAt, operator, subject);
    else if (operator !== 'ignoreCase') {
      const condition = bindOperator(binding, operatorAt, { ...subject, operator }, raw);
      if (condition !== undefined) bound.push(condition);
    }
  }
  const tests = names.filter((name) => name !== 'ignoreCase' && name !== 'exists');
  if (raw.ignoreCase !== undefined && tests.length === 0) {
    report(binding, { at, code: 'wrong-operator', sentence: '"ignoreCase" needs an operator beside it.' });
  }
  return bound;
}

function reportOperator(
  binding: Binding,
  at: Path,
  operator: string,
  subject: Subject & { implied?: string },
): void {
  const { type } = subject.attribute;
  const known = OPERATORS[type];
  const meant = OPERATOR_NAMES.includes(operator)
    ? `Use one of ${known.join(', ')}.`
    : suggestion(operator, known);
  const manner =
    subject.implied === 'is'
      ? ' A plain value means "is".'
      : subject.implied === 'in'
        ? ' A list means "in".'
        : '';
  report(binding, {
    at,
    code: OPERATOR_NAMES.includes(operator) ? 'wrong-operator' : 'unknown-key',
    sentence: `${shown(subject.name)} is of type ${type}, which has no operator "${operator}".${manner}`,
    ...(meant === undefined ? {} : { fix: meant }),
  });
}

type Operation = Subject & { operator: string };

function bindOperator(
  binding: Binding,
  at: Path,
  operation: Operation,
  raw: RawOperators,
): Condition | undefined {
  const { name: attribute, operator } = operation;
  const { type } = operation.attribute;
  if (operator === 'exists') return { op: 'exists', attribute, type, exists: raw.exists === true };
  const values = listOf((raw as { [operator: string]: RawScalar | RawScalar[] })[operator]!);
  if (values.length > LIMITS.listValues) {
    report(binding, {
      at,
      code: 'too-many',
      sentence: `${values.length} values; the limit is ${LIMITS.listValues}.`,
    });
    return undefined;
  }
  const isList = Array.isArray((raw as { [operator: string]: unknown })[operator]);
  const fitting = values.map((value, index) =>
    checkValue(binding, isList ? [...at, index] : at, value, operation.attribute),
  );
  if (fitting.includes(false)) return undefined;
  reportRepeated(binding, at, values);
  return conditionOf(binding, at, operation, { values, isList, ignoreCase: raw.ignoreCase === true });
}

function conditionOf(
  binding: Binding,
  at: Path,
  operation: Operation,
  given: { values: readonly RawScalar[]; isList: boolean; ignoreCase: boolean },
): Condition | undefined {
  const { name: attribute, operator } = operation;
  const { values } = given;
  const test = operator === 'is' ? 'in' : operator;
  switch (operation.attribute.type) {
    case 'string':
      return stringCondition(binding, at, operation, { ...given, test: test as StringCondition['test'] });
    case 'number':
      return { op: 'number', attribute, test: test as 'in', values: values as number[] };
    case 'semver':
      return { op: 'semver', attribute, test: test as 'in', values: values as string[] };
    case 'date':
      return { op: 'date', attribute, test: test as 'lt', value: instantMs(values[0] as string)! };
    case 'boolean':
      return { op: 'boolean', attribute, is: values[0] as boolean };
    case 'ip':
      return { op: 'ip', attribute, in: values as string[] };
  }
}

function reportRepeated(binding: Binding, at: Path, values: readonly RawScalar[]): void {
  const seen = new Set<RawScalar>();
  for (const [index, value] of values.entries()) {
    if (seen.has(value)) {
      report(binding, {
        at: [...at, index],
        code: 'repeated-value',
        sentence: `${shown(value)} occurs twice in this list.`,
      });
    }
    seen.add(value);
  }
}
