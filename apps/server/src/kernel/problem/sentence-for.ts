import type { z } from 'zod';

type RawIssue = z.core.$ZodRawIssue;

/** What is expected, in our words, where a schema has no sentence of its own. */
export function sentenceFor(issue: RawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `Give ${EXAMPLES.get(issue.expected) ?? `a value of the type ${issue.expected}`}.`;
    case 'invalid_value':
      return `Give ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}.`;
    case 'too_small':
      return `Give at least ${bound(issue, issue.minimum)}.`;
    case 'too_big':
      return `Give at most ${bound(issue, issue.maximum)}.`;
    case 'invalid_format':
      return FORMATS.get(issue.format) ?? 'This does not have the documented form.';
    case 'not_multiple_of':
      return `Give a multiple of ${issue.divisor}.`;
    default:
      return 'This has none of the documented forms.';
  }
}

const EXAMPLES: ReadonlyMap<string, string> = new Map([
  ['string', 'a text, e.g. "abc"'],
  ['number', 'a number, e.g. 5'],
  ['int', 'a whole number, e.g. 5'],
  ['boolean', 'true or false'],
  ['array', 'a list, e.g. ["abc"]'],
  ['object', 'an object, e.g. {"reason": "why"}'],
  ['record', 'an object, e.g. {"name": "value"}'],
]);

const FORMATS: ReadonlyMap<string, string> = new Map([
  ['datetime', 'Give an instant with an offset, e.g. "2027-01-31T16:00:00+01:00".'],
  ['date', 'Give a day, e.g. "2027-01-31".'],
  ['email', 'Give an e-mail address, e.g. "ada@acme.example".'],
  ['url', 'Give an address, e.g. "https://acme.example".'],
]);

const UNITS: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['string', ['character', 'characters']],
  ['array', ['entry', 'entries']],
  ['set', ['entry', 'entries']],
]);

function bound({ origin }: { readonly origin: string }, limit: number | bigint): string {
  const unit = UNITS.get(origin);
  return unit === undefined ? String(limit) : `${limit} ${Number(limit) === 1 ? unit[0] : unit[1]}`;
}
