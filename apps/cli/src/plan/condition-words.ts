import type {
  Condition,
  DateCondition,
  NumberCondition,
  SemverCondition,
  StringCondition,
} from '@guidon/engine/model';
import { instant, listed, variant } from './figures.js';

/** Whom a condition takes, as a reader says it: `people whose store country is Norway or Sweden and whose …`. */
export function people(condition: Condition): string {
  return `people ${clause(condition)}`;
}

/** A relative clause that `people` can carry. */
function clause(condition: Condition): string {
  switch (condition.op) {
    case 'all':
      return allOf(condition.of);
    case 'any':
      return condition.of.length === 1
        ? clause(condition.of[0] as Condition)
        : `either ${condition.of.map((part) => grouped(part, 'all')).join(' or ')}`;
    case 'not':
      return negated(condition.of);
    case 'segment':
      return `in the segment ${listed(condition.any, 'or')}`;
    case 'flag':
      return `for whom ${condition.flag} is ${listed(condition.variants.map(variant), 'or')}`;
    default:
      return simpleClause([condition]);
  }
}

/** Conditions on one attribute share its name, and those on the time, which are not about people, come last. */
function allOf(nested: readonly Condition[]): string {
  const conditions = nested.flatMap(flattened);
  const times = conditions.filter(isTime).map((one) => clause(one));
  const others = conditions.filter((one) => !isTime(one));
  const parts = others.flatMap((condition, index): string[] => {
    if (!isSimple(condition)) return [grouped(condition, 'any')];
    const alike = others.filter((one) => isSimple(one) && simpleHead(one) === simpleHead(condition));
    return others.indexOf(alike[0] as Condition) < index ? [] : [simpleClause(alike as Simple[])];
  });
  const when = times.join(' and ');
  if (parts.length === 0) return when;
  return `${parts.join(' and ')}${when === '' ? '' : `, ${when}`}`;
}

function flattened(condition: Condition): readonly Condition[] {
  return condition.op === 'all' ? condition.of.flatMap(flattened) : [condition];
}

function isTime(condition: Condition): boolean {
  return condition.op === 'date' && condition.attribute === 'now';
}

function isSimple(condition: Condition): condition is Simple {
  return 'attribute' in condition;
}

/** `with orders`, `whose email`: what the tests of one attribute begin with. */
function simpleHead({ op, attribute }: Simple): string {
  const name = attributeWords(attribute);
  if (op === 'number') return `with ${name}`;
  return op === 'boolean' ? `for whom ${name}` : `whose ${name}`;
}

function simpleClause(conditions: readonly Simple[]): string {
  const [first] = conditions as readonly [Simple, ...Simple[]];
  const tests = conditions.map(predicate).join(' and ');
  return isTime(first) ? tests : `${simpleHead(first)} ${tests}`;
}

/** Brackets where `and` and `or` meet. */
function grouped(condition: Condition, other: 'all' | 'any'): string {
  const mixes = condition.op === other && condition.of.length > 1;
  return mixes ? `(${clause(condition)})` : clause(condition);
}

function negated(condition: Condition): string {
  switch (condition.op) {
    case 'segment':
      return `not in the segment ${listed(condition.any, 'or')}`;
    case 'flag':
      return `for whom ${condition.flag} is not ${listed(condition.variants.map(variant), 'or')}`;
    case 'not':
      return clause(condition.of);
    case 'all':
    case 'any':
      return `other than those (${clause(condition)})`;
    default:
      // What is missing makes the condition false, so it is taken here.
      return `other than those ${simpleClause([condition])}`;
  }
}

/** `store.country` and `appVersion` as words: `store country`, `app version`. */
function attributeWords(name: string): string {
  if (name === 'targetingKey') return 'targeting key';
  return name
    .replace(/At$/, 'Date')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[._-]+/g, ' ')
    .toLowerCase();
}

type Simple = Exclude<Condition, { op: 'all' | 'any' | 'not' | 'segment' | 'flag' }>;

function predicate(condition: Simple): string {
  switch (condition.op) {
    case 'exists':
      return condition.exists ? 'is known' : 'is not known';
    case 'string':
      return stringWords(condition);
    case 'number':
      return numberWords(condition);
    case 'boolean':
      return `is ${condition.is}`;
    case 'semver':
      return semverWords(condition);
    case 'date':
      return dateWords(condition, condition.attribute === 'now' ? '' : 'is ');
    case 'ip':
      return `is in ${listed(condition.in, 'or')}`;
  }
}

const STRING_TESTS = {
  startsWith: 'begins with',
  endsWith: 'ends with',
  contains: 'contains',
  matches: 'matches the pattern',
} as const;

function stringWords({ attribute, test, values, ignoreCase }: StringCondition): string {
  const how = ignoreCase === true ? ' (in any case)' : '';
  if (test !== 'in') return `${STRING_TESTS[test]} ${listed(values.map(quoted), 'or')}${how}`;
  const isCountry = /country/i.test(attribute) && values.every((value) => /^[A-Z]{2}$/.test(value));
  return `is ${listed(isCountry ? values.map(countryName) : values, 'or')}${how}`;
}

function quoted(text: string): string {
  return `"${text}"`;
}

function countryName(code: string): string {
  const name = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' }).of(code);
  return name === undefined ? code : name;
}

const NUMBER_TESTS = { lt: 'below', lte: 'of at most', gt: 'above', gte: 'of at least' } as const;

function numberWords({ test, values }: NumberCondition): string {
  const list = listed(values.map(String), 'or');
  return test === 'in' ? `of exactly ${list}` : `${NUMBER_TESTS[test]} ${list}`;
}

function semverWords({ test, values }: SemverCondition): string {
  const version = listed(values, 'or');
  switch (test) {
    case 'in':
      return `is ${version}`;
    case 'lt':
      return `is older than ${version}`;
    case 'lte':
      return `is ${version} or older`;
    case 'gt':
      return `is newer than ${version}`;
    case 'gte':
      return `is ${version} or newer`;
  }
}

const DATE_TESTS = {
  lt: 'before',
  lte: 'not after',
  gt: 'after',
  gte: 'not before',
} as const;

function dateWords({ test, value }: DateCondition, verb: string): string {
  return `${verb}${DATE_TESTS[test]} ${instant(value)}`;
}
