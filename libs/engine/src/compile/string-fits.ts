import { RE2JS } from 're2js';
import type { StringCondition } from '../model/index.js';
import type { Fits } from './attribute.js';
import { casingOf, IN_PLACE } from './fold-case.js';

/** The test of a string condition on one value. @throws Error for a pattern that the linear-time engine refuses. */
export function stringFits(condition: StringCondition): Fits {
  const { test, values, ignoreCase } = condition;
  if (test === 'matches') return patternFits(values, ignoreCase === true);
  if (ignoreCase !== true) return plainFits(test, values);
  const folded = values.map((value) => value.toLowerCase());
  const plain = plainFits(test, folded);
  const inPlace = IN_PLACE[test];
  return (value) => {
    if (typeof value !== 'string') return false;
    const casing = casingOf(value);
    if (casing === 'folded') return plain(value);
    if (casing === 'wide') return plain(value.toLowerCase());
    for (let i = 0; i < folded.length; i++) if (inPlace(value, folded[i] as string)) return true;
    return false;
  };
}

function patternFits(values: readonly string[], ignoreCase: boolean): Fits {
  const patterns = values.map((value) => RE2JS.compile(value, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0));
  return (value) => typeof value === 'string' && patterns.some((pattern) => pattern.test(value));
}

function plainFits(test: 'in' | 'startsWith' | 'endsWith' | 'contains', values: readonly string[]): Fits {
  const [only] = values;
  if (only !== undefined && values.length === 1) return oneFits(test, only);
  if (test === 'in') {
    const set: ReadonlySet<unknown> = new Set(values);
    return (value) => set.has(value);
  }
  const each = values.map((value) => oneFits(test, value));
  return (value) => {
    for (let i = 0; i < each.length; i++) if ((each[i] as Fits)(value)) return true;
    return false;
  };
}

function oneFits(test: 'in' | 'startsWith' | 'endsWith' | 'contains', wanted: string): Fits {
  if (test === 'in') return (value) => value === wanted;
  if (test === 'startsWith') return (value) => typeof value === 'string' && value.startsWith(wanted);
  if (test === 'endsWith') return (value) => typeof value === 'string' && value.endsWith(wanted);
  return (value) => typeof value === 'string' && value.includes(wanted);
}
