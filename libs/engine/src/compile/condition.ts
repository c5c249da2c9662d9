import type {
  AttributeType,
  Condition,
  DateCondition,
  NumberCondition,
  SemverCondition,
} from '../model/index.js';
import { contains, parseAddress, parseBlock } from './address.js';
import type { Fits } from './attribute.js';
import { NOW, onAttribute } from './attribute.js';
import { instantOf } from './instant.js';
import type { Test } from './program.js';
import { compareVersion, NO_VERSION, parseVersion } from './semver.js';
import { stringFits } from './string-fits.js';

/** Compiles a condition. `segment` gives the test of a segment, compiled once for all flags. @throws Error when it cannot. */
export function compileCondition(condition: Condition, segment: (key: string) => Test): Test {
  switch (condition.op) {
    case 'all':
      return everyOf(condition.of.map((inner) => compileCondition(inner, segment)));
    case 'any':
      return anyOf(condition.of.map((inner) => compileCondition(inner, segment)));
    case 'not': {
      const inner = compileCondition(condition.of, segment);
      return (context, nowMs, scope) => !inner(context, nowMs, scope);
    }
    case 'segment':
      return anyOf(condition.any.map(segment));
    case 'flag':
      return flagTest(condition.flag, condition.variants);
    case 'exists':
      return existsTest(condition);
    case 'date':
      return dateTest(condition);
    case 'string':
      return onAttribute(condition.attribute, stringFits(condition));
    case 'number':
      return onAttribute(condition.attribute, numberFits(condition));
    case 'semver':
      return onAttribute(condition.attribute, semverFits(condition));
    case 'boolean': {
      const { is } = condition;
      return onAttribute(condition.attribute, (value) => value === is);
    }
    case 'ip':
      return onAttribute(condition.attribute, ipFits(condition.in));
    default:
      throw new Error(`there is no condition "${String((condition as { op: unknown }).op)}"`);
  }
}

function everyOf(tests: readonly Test[]): Test {
  const [a, b, c] = tests;
  if (a === undefined) throw new Error('an empty list of conditions');
  if (b === undefined) return a;
  if (c === undefined) return (x, t, s) => a(x, t, s) && b(x, t, s);
  if (tests.length === 3) return (x, t, s) => a(x, t, s) && b(x, t, s) && c(x, t, s);
  // Longer lists are chained, so that each link stays a direct call instead of a loop over an array.
  const rest = everyOf(tests.slice(3));
  return (x, t, s) => a(x, t, s) && b(x, t, s) && c(x, t, s) && rest(x, t, s);
}

function anyOf(tests: readonly Test[]): Test {
  const [a, b] = tests;
  if (a === undefined) throw new Error('an empty list of conditions');
  if (b === undefined) return a;
  if (tests.length === 2) return (x, t, s) => a(x, t, s) || b(x, t, s);
  return (x, t, s) => {
    for (let i = 0; i < tests.length; i++) if ((tests[i] as Test)(x, t, s)) return true;
    return false;
  };
}

/** True when the other flag serves one of the variants for the same context; an unknown flag never does. */
export function flagTest(flag: string, variants: readonly string[]): Test {
  const [only] = variants;
  if (only !== undefined && variants.length === 1)
    return (x, t, scope) => scope.variantOf(flag, x, t, scope) === only;
  const set: ReadonlySet<string | undefined> = new Set(variants);
  return (x, t, scope) => set.has(scope.variantOf(flag, x, t, scope));
}

/** A finite number; whole numbers only as far as they are exact. NaN and the infinities fail both comparisons. */
function isNumber(value: unknown): value is number {
  return typeof value === 'number' && value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER;
}

/** Of several bounds one suffices, as with any list of values. */
function numberFits({ test, values }: NumberCondition): Fits {
  if (test === 'in') {
    const set: ReadonlySet<unknown> = new Set(values);
    return (value) => isNumber(value) && set.has(value);
  }
  const least = Math.min(...values);
  const most = Math.max(...values);
  if (test === 'lt') return (value) => isNumber(value) && value < most;
  if (test === 'lte') return (value) => isNumber(value) && value <= most;
  if (test === 'gt') return (value) => isNumber(value) && value > least;
  return (value) => isNumber(value) && value >= least;
}

function semverFits({ test, values }: SemverCondition): Fits {
  const versions = values.map(parseVersion);
  const holds = ORDER[test];
  return (value) => {
    if (typeof value !== 'string') return false;
    for (let i = 0; i < versions.length; i++) {
      const order = compareVersion(value, versions[i] as (typeof versions)[number]);
      if (order === NO_VERSION) return false;
      if (holds(order)) return true;
    }
    return false;
  };
}

const ORDER = {
  in: (order: number) => order === 0,
  lt: (order: number) => order < 0,
  lte: (order: number) => order <= 0,
  gt: (order: number) => order > 0,
  gte: (order: number) => order >= 0,
} as const;

function dateTest({ attribute, test, value }: DateCondition): Test {
  const holds = ORDER[test];
  if (attribute === NOW) return (_context, nowMs) => !Number.isNaN(nowMs) && holds(nowMs - value);
  return onAttribute(attribute, (given) => {
    const instant = instantOf(given);
    return !Number.isNaN(instant) && holds(instant - value);
  });
}

function ipFits(texts: readonly string[]): Fits {
  const blocks = texts.map(parseBlock);
  const words = new Int32Array(4);
  return (value) => {
    if (typeof value !== 'string' || !parseAddress(value, words)) return false;
    for (let i = 0; i < blocks.length; i++) {
      if (contains(blocks[i] as (typeof blocks)[number], words)) return true;
    }
    return false;
  };
}

function existsTest({ attribute, type, exists }: Extract<Condition, { op: 'exists' }>): Test {
  if (attribute === NOW) return () => exists;
  const present = onAttribute(attribute, IS_OF_TYPE[type]);
  return exists ? present : (context, nowMs, scope) => !present(context, nowMs, scope);
}

const ANY_VERSION = parseVersion('0.0.0');
const SCRATCH = new Int32Array(4);

/** Whether a value is of a declared type; one that is not counts as missing. */
const IS_OF_TYPE: { readonly [type in AttributeType]: Fits } = {
  string: (value) => typeof value === 'string',
  number: isNumber,
  boolean: (value) => typeof value === 'boolean',
  semver: (value) => typeof value === 'string' && compareVersion(value, ANY_VERSION) !== NO_VERSION,
  date: (value) => !Number.isNaN(instantOf(value)),
  ip: (value) => typeof value === 'string' && parseAddress(value, SCRATCH),
};
