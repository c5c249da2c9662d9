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
  commit: word('Name a commit by the first characters of its id.').optional(),
  environment: word('Name an environment, e.g. production.').optional(),
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

/** Every field that was given must fit. Placeholders begin at `$<first>`. */
export function conditionOf(search: AuditSearch, first: number): Condition {
  const parameters: unknown[] = [];
  const place = (value: unknown) => `$${first + parameters.push(value) - 1}`;
  const contains = (field: string, value: string) =>
    `${ENTRY} ->> '${field}' ILIKE ${place(`%${plain(value)}%`)}`;
  const { action, actor, commit, environment, reason, requestId, sourceAddress, text, since, until } = search;
  const parts = ['true'];
  if (action !== undefined)
    parts.push(
      `(${ENTRY} ->> 'action' = ${place(action)} OR ${ENTRY} ->> 'action' LIKE ${place(`${plain(action)}.%`)})`,
    );
  if (actor !== undefined) parts.push(contains('actor', actor));
  if (commit !== undefined) parts.push(`${ENTRY} ->> 'commit' LIKE ${place(`${plain(commit)}%`)}`);
  if (environment !== undefined) parts.push(`${ENTRY} -> 'environments' ? ${place(environment)}`);
  if (reason !== undefined) parts.push(contains('reason', reason));
  if (requestId !== undefined) parts.push(`${ENTRY} ->> 'requestId' = ${place(requestId)}`);
  if (sourceAddress !== undefined) parts.push(`${ENTRY} ->> 'sourceAddress' = ${place(sourceAddress)}`);
  if (text !== undefined) parts.push(`body ILIKE ${place(`%${plain(text)}%`)}`);
  if (since !== undefined) parts.push(`at >= ${place(new Date(since))}`);
  if (until !== undefined) parts.push(`at < ${place(new Date(until))}`);
  return { sql: parts.join(' AND '), parameters };
}

/** `%` and `_` mean themselves. */
function plain(text: string): string {
  return text.replaceAll(/[\\%_]/g, '\\$&');
}
