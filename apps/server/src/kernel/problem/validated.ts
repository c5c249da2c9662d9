import type { Violation } from '@guidon/protocol/errors';
import type { z } from 'zod';
import { DomainError } from './domain-error.js';

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
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const from = options.from ?? 'body';
  const violations = result.error.issues.flatMap((issue) => violationsOf(issue, from));
  const count = violations.length === 1 ? 'One thing is' : `${violations.length} things are`;
  throw new DomainError('request-invalid', {
    detail: `${count} wrong with the request.`,
    violations,
  });
}

type Issue = z.core.$ZodIssue;

function violationsOf(issue: Issue, from: 'body' | 'query' | 'header'): Violation[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      pointer: pointerTo([...issue.path, key], from),
      sentence: 'This field is not known.',
    }));
  return [{ pointer: pointerTo(issue.path, from), sentence: issue.message }];
}

function pointerTo(path: readonly PropertyKey[], from: 'body' | 'query' | 'header'): string {
  if (from !== 'body') return [from, ...path.map(String)].join('.');
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
