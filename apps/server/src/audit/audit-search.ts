import { z } from 'zod';

const says = (error: string) => ({ error });
const number = (what: string) => z.string().regex(/^[1-9]\d{0,14}$/, what);
const word = (what: string) => z.string(says(what)).min(1, says(what)).max(200, says(what));
const instant = z.iso
  .datetime({
    offset: true,
    ...says('Give an instant with an offset, e.g. 2027-01-31T16:00:00+01:00 (and + as %2B).'),
  })
  .max(64);

const FIELDS = {
  action: word('Name an action, e.g. kill.press, or a kind of them, e.g. kill.').optional(),
  actor: word('Name an actor, or a part of the name.').optional(),
  approver: word('Name who agreed: an e-mail, or a login of the Git host.').optional(),
  author: word('Name an author, committer or signer of a commit by e-mail.').optional(),
  commit: word('Name a commit by the first characters of its id.').optional(),
  environment: word('Name an environment, e.g. production.').optional(),
  flag: word('Name a flag by its key.').optional(),
  key: word('Name a key by its public id.').optional(),
  owner: word('Name the owner of a key, e.g. ada@acme.example.').optional(),
  pullRequest: word('Name a pull request by its number.').optional(),
  reason: word('Give a part of the reason.').optional(),
  requestId: word('Give a request id.').optional(),
  sourceAddress: word('Give an address.').optional(),
  /** Anywhere in the entry, also in what it is about. */
  text: word('Give a part of the entry.').optional(),
  since: instant.optional(),
  until: instant.optional(),
};

export const searchSchema = z.strictObject({
  ...FIELDS,
  before: number('Give the number under `next` of the page before.').optional(),
  limit: number('Give a whole number above 0.').optional(),
});
export const exportSchema = z.strictObject({
  after: number('Give the number of the last entry that you have.').optional(),
});

export type AuditSearch = Omit<z.output<typeof searchSchema>, 'before' | 'limit'>;

export interface Condition {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

const ENTRY = '(body::jsonb)';
/** As in the indexes: what they say differently is searched for by walking the whole log. */
const KEY = `substring(${ENTRY} ->> 'actor' from '^key:([^/]*)/')`;
const OWNER = `lower(regexp_replace(${ENTRY} ->> 'actor', '^(key:[^/]*/|person:)| [(]break-glass[)]$', '', 'g'))`;

type Field = keyof AuditSearch;
/** Gives back the placeholder of a value. */
type Place = (value: unknown) => string;

const field = (name: string) => `${ENTRY} ->> '${name}'`;
const contains = (name: string) => (value: string, place: Place) =>
  `${field(name)} ILIKE ${place(`%${plain(value)}%`)}`;
const equals = (expression: string) => (value: string, place: Place) => `${expression} = ${place(value)}`;
const lists = (name: string) => (value: string, place: Place) => `${ENTRY} -> '${name}' ? ${place(value)}`;
const holds = (name: string, values: readonly object[], place: Place) =>
  rare(values.map((value) => `${ENTRY} -> '${name}' @> ${place(JSON.stringify(value))}::jsonb`).join(' OR '));
/** The planner takes every list for one that many entries have, and would walk the log for what few of them have. */
const rare = (condition: string) =>
  `sequence = ANY(ARRAY(SELECT sequence FROM audit_entries WHERE ${condition}))`;

/** How each field is looked for; `place` is called once for every value, in the order of the placeholders. */
const CONDITIONS: { readonly [Name in Field]-?: (value: string, place: Place) => string } = {
  action: (value, place) =>
    `(${field('action')} = ${place(value)} OR ${field('action')} LIKE ${place(`${plain(value)}.%`)})`,
  actor: contains('actor'),
  approver: (value, place) => holds('approvals', [[{ by: value.toLowerCase() }]], place),
  author: (value, place) => {
    const people = [value.toLowerCase()];
    return holds('git', [{ authors: people }, { committers: people }, { signers: people }], place);
  },
  commit: (value, place) => `${field('commit')} LIKE ${place(`${plain(value)}%`)}`,
  environment: lists('environments'),
  flag: (value, place) => rare(lists('flags')(value, place)),
  key: equals(KEY),
  owner: (value, place) => `${OWNER} = ${place(value.toLowerCase())}`,
  pullRequest: (value, place) => {
    const number = value.replace(/^[#!]/, '');
    return holds('pullRequests', [[{ id: `#${number}` }], [{ id: `!${number}` }], [{ url: value }]], place);
  },
  reason: contains('reason'),
  requestId: equals(field('requestId')),
  sourceAddress: equals(field('sourceAddress')),
  text: (value, place) => `body ILIKE ${place(`%${plain(value)}%`)}`,
  since: (value, place) => `at >= ${place(new Date(value))}`,
  until: (value, place) => `at < ${place(new Date(value))}`,
};

/** Every field that was given must fit. Placeholders begin at `$<first>`. */
export function conditionOf(search: AuditSearch, first: number): Condition {
  const parameters: unknown[] = [];
  const place = (value: unknown) => `$${first + parameters.push(value) - 1}`;
  const parts = (Object.keys(CONDITIONS) as Field[]).flatMap((name) => {
    const value = search[name];
    return value === undefined ? [] : [CONDITIONS[name](value, place)];
  });
  return { sql: ['true', ...parts].join(' AND '), parameters };
}

/** `%` and `_` mean themselves. */
function plain(text: string): string {
  return text.replaceAll(/[\\%_]/g, '\\$&');
}
