import { Scalar } from 'yaml';
import type { Plain } from '../load/yaml-walk.js';

/** Text that YAML's core schema reads as something else. */
const RESERVED = /^(null|true|false)$/i;
/** Text that needs no quotes in any place, flow collections included. */
const PLAIN_TEXT = /^[A-Za-z][A-Za-z0-9._/+-]*$|^\d{4}-\d{2}-\d{2}$/;

/** A value on one line, as the samples write it: `{ on: 50, off: 50 }`, `[[popular, 2]]`. */
export function written(value: Plain): string {
  if (typeof value === 'string')
    return PLAIN_TEXT.test(value) && !RESERVED.test(value) ? value : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const pairs = Object.entries(value).map(([key, inner]) => `${written(key)}: ${written(inner)}`);
  return `{ ${pairs.join(', ')} }`;
}

/** A scalar in the quotes of the one that it replaces. */
export function writtenLike(value: string | number, old: Scalar): string {
  if (typeof value === 'string' && old.type === Scalar.QUOTE_DOUBLE) return JSON.stringify(value);
  if (typeof value === 'string' && old.type === Scalar.QUOTE_SINGLE)
    return `'${value.replaceAll("'", "''")}'`;
  return written(value);
}
