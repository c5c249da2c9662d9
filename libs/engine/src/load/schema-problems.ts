import type { z } from 'zod';
import { KNOWN_KEYS_MARK } from '../schema/closed.js';
import { suggestion } from './nearest-name.js';
import type { Path, Problem } from './problem.js';
import { shown } from './problem.js';

type Issue = z.core.$ZodIssue;

/** Translates what zod found into findings of the language: the wrong value, where it stands, what was probably meant. */
export function schemaProblems(issues: readonly Issue[], data: unknown): Problem[] {
  return issues.flatMap((issue) => problemsOf(issue, data, []));
}

function problemsOf(issue: Issue, data: unknown, base: Path): Problem[] {
  const at = [...base, ...(issue.path as Path)];
  const value = valueAt(data, at);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, at, issue.message));
    case 'invalid_union':
      return unionProblems(issue, data, at);
    case 'invalid_value':
      return [value === undefined ? missing(at) : unknownValue(at, value, issue.values.map(String))];
    case 'invalid_type':
      return [value === undefined ? missing(at) : wrongType(at, value, issue.expected)];
    case 'invalid_key':
      return [
        { at, onKey: true, code: 'bad-name', sentence: `${shown(at.at(-1))} is not ${keyForm(issue)}.` },
      ];
    case 'invalid_format':
      return [{ at, code: 'bad-format', sentence: `${shown(value)} is not ${issue.message}.` }];
    default:
      return [{ at, code: 'out-of-range', sentence: `${sizeOf(value)} is ${whyOutOfRange(issue)}.` }];
  }
}

function sizeOf(value: unknown): string {
  return Array.isArray(value) ? `A list of ${value.length}` : shown(value);
}

function whyOutOfRange(issue: Issue): string {
  if (issue.code === 'too_big')
    return issue.inclusive === false
      ? `not less than ${issue.maximum}`
      : `more than ${issue.maximum}${unitOf(issue)}`;
  if (issue.code === 'too_small')
    return issue.inclusive === false
      ? `not more than ${issue.minimum}`
      : `less than ${issue.minimum}${unitOf(issue)}`;
  return `out of range: ${issue.message}`;
}

function unitOf({ origin }: { readonly origin: string }): string {
  return origin === 'string' ? ' characters' : '';
}

function keyForm(issue: Extract<Issue, { code: 'invalid_key' }>): string {
  return issue.issues[0]?.message ?? 'a name';
}

function unknownKey(key: string, at: Path, message: string): Problem {
  const known = message.startsWith(KNOWN_KEYS_MARK) ? message.slice(KNOWN_KEYS_MARK.length).split(' ') : [];
  const where =
    at.length === 0 ? 'at the top' : `in "${String(at.findLast((part) => typeof part === 'string'))}"`;
  return {
    at: [...at, key],
    onKey: true,
    code: 'unknown-key',
    sentence: `There is no key ${shown(key)} ${where}.`,
    ...fixOf(suggestion(key, known)),
  };
}

function missing(at: Path): Problem {
  return {
    at,
    onKey: true,
    code: 'missing-field',
    sentence: `"${String(at.at(-1) ?? 'content')}" is missing.`,
  };
}

function unknownValue(at: Path, value: unknown, allowed: readonly string[]): Problem {
  return {
    at,
    code: 'unknown-value',
    sentence: `${shown(value)} is none of ${allowed.join(', ')}.`,
    // A map has no prototype here, so it has no text either.
    ...fixOf(typeof value === 'object' ? undefined : suggestion(String(value), allowed)),
  };
}

const TYPE_WORDS: { readonly [type: string]: string } = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
  never: 'nothing',
};

function wrongType(at: Path, value: unknown, expected: string): Problem {
  const quote = expected === 'string' && typeof value !== 'object';
  return {
    at,
    code: 'wrong-type',
    sentence: `${shown(value)} is ${kindOf(value)}, but ${TYPE_WORDS[expected] ?? expected} is expected.`,
    ...(quote ? { fix: `Write it in quotes, "${String(value)}", if text is meant.` } : {}),
  };
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value === null) return 'blank';
  return typeof value === 'object' ? 'a map' : (TYPE_WORDS[typeof value] ?? typeof value);
}

/** Of the shapes that were allowed, reports against the one that the author most probably meant. */
function unionProblems(issue: Extract<Issue, { code: 'invalid_union' }>, data: unknown, at: Path): Problem[] {
  const value = valueAt(data, at);
  if (value === undefined) return [missing(at)];
  const fitting = issue.errors.filter((branch) => !branch.some(isOtherShape));
  const best = fitting.toSorted((a, b) => weight(a) - weight(b))[0];
  if (best !== undefined) return best.flatMap((inner) => problemsOf(inner, data, at));
  const expected = [
    ...new Set(
      issue.errors
        .flat()
        .filter((inner) => inner.path.length === 0)
        .map(typeWord),
    ),
  ];
  const sentence = `${shown(value)} is ${kindOf(value)}, but ${expected.join(' or ')} is expected.`;
  return [{ at, code: 'wrong-type', sentence }];
}

function isOtherShape(issue: Issue): boolean {
  if (issue.code === 'invalid_type') return issue.path.length === 0 || issue.expected === 'never';
  return (
    issue.code === 'invalid_union' &&
    issue.path.length === 0 &&
    issue.errors.every((branch) => branch.some(isOtherShape))
  );
}

function typeWord(issue: Issue): string {
  if (issue.code === 'invalid_type') return TYPE_WORDS[issue.expected] ?? issue.expected;
  return issue.code === 'invalid_union' ? 'text, a number or true or false' : 'another form';
}

function weight(branch: readonly Issue[]): number {
  return branch.reduce((sum, issue) => sum + (issue.path.length === 0 ? 100 : 1), 0);
}

function fixOf(fix: string | undefined): { fix?: string } {
  return fix === undefined ? {} : { fix };
}

function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const part of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, part)) return undefined;
    value = (value as { [key: string]: unknown })[part];
  }
  return value;
}
