import { z } from 'zod';

interface Says {
  readonly error: string | ((issue: { readonly code: string }) => string | undefined);
}

const FIRST_MS = Date.parse('0000-01-01T00:00:00Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * RFC 3339 with an offset. Its year has four digits in UTC as well: 23:59 of the last day of 9999, a few hours west of
 * Greenwich, could never be told in this form again.
 */
export function instantSchema(says: Says) {
  return z.iso
    .datetime({ offset: true, abort: true, ...says })
    .max(64, says)
    .refine((text) => Date.parse(text) >= FIRST_MS && Date.parse(text) <= LAST_MS, says);
}
