import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { DomainError } from '../problem/index.js';

/** What a request expects of the resource that it changes: that it exists, or that one of these tags is its own. */
export type IfMatch = '*' | readonly string[];

const LONGEST_HEADER = 2048;
const TAG = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/;

/** The header `If-Match`; undefined without one. Throws where it is not a list of entity tags. */
export function parseIfMatch(header: string | undefined): IfMatch | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (text === '*') return text;
  const tags = text.length > LONGEST_HEADER ? [] : text.split(',').map((part) => part.trim());
  if (tags.length > 0 && tags.every((tag) => TAG.test(tag))) return tags;
  throw malformed(
    'Send the ETag of the answer that you read, with its quotation marks, e.g. "4f2a9c1b", or *.',
  );
}

/** For routes that change nothing which has a tag: a condition that is not looked at must not seem to hold. */
export function refuseIfMatch(header: string | undefined): void {
  if (header !== undefined) throw malformed('What this route changes has no ETag; leave the header out.');
}

function malformed(sentence: string): DomainError {
  return new DomainError('request-invalid', {
    detail: 'One thing is wrong with the request.',
    violations: [{ pointer: 'header.if-match', sentence }],
  });
}

/** A strong entity tag of everything that can be changed about a resource, from its value as JSON. */
export function tagOf(value: unknown): string {
  const text = canonicalize(value) ?? '';
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
}

/** Compares strongly, as RFC 9110 has it for this header: a weak tag fits nothing. */
export function fits(expected: IfMatch | undefined, tag: string): boolean {
  return expected === undefined || expected === '*' || expected.includes(tag);
}
