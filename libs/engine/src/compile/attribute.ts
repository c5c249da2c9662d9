import type { EvaluationContext } from '../model/index.js';
import { LIMITS } from '../model/index.js';
import type { Test } from './program.js';

/** Decides on one value of a context, whatever it is; false for a value of the wrong type. */
export type Fits = (value: unknown) => boolean;

/** Passed to `evaluate` beside the context; a caller's attribute of that name is never read. */
export const NOW = 'now';

const never: Test = () => false;

/**
 * A test of one attribute. The exact own key comes first, else a name with dots is a path through own keys. A list
 * fits when one element does. Whatever throws on the way (a getter, a proxy) counts as missing.
 */
export function onAttribute(name: string, fits: Fits): Test {
  if (name === NOW) return never;
  if (name.includes('.')) {
    const path = name.split('.');
    return (context) => {
      try {
        return fitsValueOrList(fits, ownOrPath(context, name, path));
      } catch {
        return false;
      }
    };
  }
  return (context) => {
    try {
      const value = context[name];
      // An inherited value could only matter where it fits, so ownership is asked for last.
      if (typeof value !== 'object') return fits(value) && Object.hasOwn(context, name);
      return fitsValueOrList(fits, value) && Object.hasOwn(context, name);
    } catch {
      return false;
    }
  };
}

/** Longer lists in a context are read up to the limit of the language, so that no caller can stall an evaluation. */
function fitsValueOrList(fits: Fits, value: unknown): boolean {
  if (!Array.isArray(value)) return fits(value);
  const length = Math.min(value.length, LIMITS.listValues);
  for (let i = 0; i < length; i++) if (fits(value[i])) return true;
  return false;
}

export function ownOrPath(context: EvaluationContext, name: string, path: readonly string[]): unknown {
  const exact = context[name];
  if (exact !== undefined && Object.hasOwn(context, name)) return exact;
  let value: unknown = context;
  for (let i = 0; i < path.length; i++) {
    const key = path[i] as string;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    if (!Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** Reads the unit of a percentage: a non-empty string or a safe integer, else undefined. Never throws. */
export type ReadUnit = (context: EvaluationContext) => string | number | undefined;

/** The first attribute of `by` that can be a unit. */
export function unitReader(by: readonly string[]): ReadUnit {
  const readers = by.filter((name) => name !== NOW).map(readerOf);
  const only = readers[0];
  if (only !== undefined && readers.length === 1) return only;
  return (context) => {
    for (let i = 0; i < readers.length; i++) {
      const unit = (readers[i] as ReadUnit)(context);
      if (unit !== undefined) return unit;
    }
    return undefined;
  };
}

function readerOf(name: string): ReadUnit {
  const path = name.split('.');
  if (path.length > 1) {
    return (context) => {
      try {
        return asUnit(ownOrPath(context, name, path));
      } catch {
        return undefined;
      }
    };
  }
  return (context) => {
    try {
      const value = context[name];
      return value !== undefined && Object.hasOwn(context, name) ? asUnit(value) : undefined;
    } catch {
      return undefined;
    }
  };
}

function asUnit(value: unknown): string | number | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return Number.isSafeInteger(value) ? (value as number) : undefined;
}
