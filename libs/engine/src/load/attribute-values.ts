import { parseBlock } from '../compile/address.js';
import { parseInstant } from '../compile/instant.js';
import type { Attribute, AttributeType } from '../model/index.js';
import { type Binding, report, reportUnknown, TYPE_NOUNS } from './binding.js';
import { type Path, shown } from './problem.js';

const SEMVER =
  /^(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,14})(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/;
const ZONED_OR_DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,3})?(Z|[+-]\d{2}:\d{2}))?$/;

/** Milliseconds since the epoch; undefined for what is neither a date nor an instant with an offset, or does not exist. */
export function instantMs(text: string): number | undefined {
  if (!ZONED_OR_DATE.test(text)) return undefined;
  const ms = parseInstant(text);
  return Number.isFinite(ms) ? ms : undefined;
}

const FITS: { readonly [type in AttributeType]: (value: unknown) => boolean } = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  semver: (value) => typeof value === 'string' && SEMVER.test(value),
  date: (value) => typeof value === 'string' && instantMs(value) !== undefined,
  ip: (value) => typeof value === 'string' && whyNoBlock(value) === undefined,
};

function whyNoBlock(text: string): string | undefined {
  try {
    parseBlock(text);
    return undefined;
  } catch {
    return 'not an address';
  }
}

/** Reports a value that a condition on this attribute can never meet; true when it fits. */
export function checkValue(binding: Binding, at: Path, value: unknown, attribute: Attribute): boolean {
  if (FITS[attribute.type](value)) return true;
  const quote = typeof value !== 'string' && attribute.type !== 'number' && attribute.type !== 'boolean';
  report(binding, {
    at,
    code: 'wrong-value',
    sentence: `${shown(value)} is not ${TYPE_NOUNS[attribute.type]}.`,
    ...(quote ? { fix: `Write it in quotes, "${String(value)}", if text is meant.` } : {}),
  });
  return false;
}

/** For an attribute declared as a list: reports a string that never occurs (sentence 17). */
export function checkDeclared(
  binding: Binding,
  at: Path,
  check: { value: string; attribute: Attribute; ignoreCase: boolean },
): void {
  const { values } = check.attribute;
  if (values === undefined) return;
  const fold = (text: string) => (check.ignoreCase ? text.toLowerCase() : text);
  if (values.some((value) => fold(value) === fold(check.value))) return;
  reportUnknown(binding, at, {
    code: 'wrong-value',
    noun: 'value of this attribute',
    wrong: check.value,
    known: values,
  });
}
