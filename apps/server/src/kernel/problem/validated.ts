import type { Violation } from '@guidon/protocol/errors';
import type { z } from 'zod';
import { DomainError } from './domain-error.js';
import { sentenceFor } from './sentence-for.js';
import { UNSTORABLE, unstorablePaths } from './unstorable.js';

export interface ValidationOptions {
  /** Where the input came from, for the pointers: the body by default. */
  readonly from?: 'body' | 'query' | 'header';
}

/** Checks input against a schema without coercion; throws one `request-invalid` with every violation. */
export function validated<S extends z.ZodType>(
  schema: S,
  input: unknown,
  options: ValidationOptions = {},
): z.output<S> {
  // Whatever a schema does not say itself is said in our words, never in the validator's.
  const result = schema.safeParse(input, { error: sentenceFor });
  const from = options.from ?? 'body';
  const violations = [
    ...(result.error?.issues ?? []).flatMap((issue) => violationsOf(issue, input, from)),
    ...unstorablePaths(input).map((path) => ({ pointer: pointerTo(path, from), sentence: UNSTORABLE })),
  ];
  if (result.success && violations.length === 0) return result.data;
  const count = violations.length === 1 ? 'One thing is' : `${violations.length} things are`;
  throw new DomainError('request-invalid', {
    detail: `${count} wrong with the request.`,
    violations,
  });
}

type Issue = z.core.$ZodIssue;

function violationsOf(issue: Issue, input: unknown, from: 'body' | 'query' | 'header'): Violation[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      pointer: pointerTo([...issue.path, key], from),
      sentence: 'This field is not known.',
    }));
  const what = issue.path.length === 0 ? `The ${from} is missing.` : 'This field is missing.';
  const sentence = valueAt(input, issue.path) === undefined ? `${what} ${issue.message}` : issue.message;
  return [{ pointer: pointerTo(issue.path, from), sentence }];
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as { readonly [name: PropertyKey]: unknown })[part];
  }
  return value;
}

function pointerTo(path: readonly PropertyKey[], from: 'body' | 'query' | 'header'): string {
  if (from !== 'body') return [from, ...path.map(String)].join('.');
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
