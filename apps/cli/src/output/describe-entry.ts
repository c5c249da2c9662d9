import type { Io } from '../io.js';
import { paintFor, printable } from './paint.js';

/** An entry of the log as the server lists it; actions have their own subjects. Old entries tell less. */
export interface AuditEntry {
  readonly sequence: number;
  readonly at: string;
  readonly action: string;
  readonly actor: string;
  readonly reason: string;
  readonly subject: { readonly [name: string]: unknown };
  readonly before?: { readonly [name: string]: unknown } | null;
  readonly after?: { readonly [name: string]: unknown } | null;
  readonly environments?: readonly string[];
  readonly flags?: readonly string[];
  readonly commit?: string;
  readonly git?: { readonly authors: readonly string[]; readonly signers: readonly string[] };
  readonly pullRequests?: readonly { readonly id: string; readonly url?: string }[];
  readonly approvals?: readonly { readonly by: string; readonly on: string }[];
  readonly sourceAddress?: string;
}

/** Who did what to what, when, why, from what to what, and by whose agreement. */
export function describeEntry(entry: AuditEntry, io: Pick<Io, 'colours'>): string {
  const { sequence, at, action, actor, reason, subject, environments, commit, sourceAddress } = entry;
  const paint = paintFor(io.colours);
  const what = entry.flags === undefined ? '' : ` ${few(entry.flags)}`;
  const where = environments === undefined ? '' : ` in ${environments.join(', ')}`;
  const of = commit === undefined ? '' : ` (${commit.slice(0, 10)})`;
  const from = sourceAddress === undefined ? '' : ` from ${sourceAddress}`;
  const lines = [
    `by ${actor}${from}: ${reason}`,
    ...behind(entry),
    ...change(entry),
    ...(Object.keys(subject).length === 0 ? [] : [inOneLine(subject)]),
  ];
  const title = `${paint.dim(`${sequence} ${at}`)} ${paint.bold(printable(action))}${printable(what + where + of)}`;
  return [title, ...lines.map((line) => `  ${printable(line)}`), ''].join('\n');
}

function behind({ git, pullRequests = [], approvals = [] }: AuditEntry): string[] {
  const asked = pullRequests.map(({ id, url }) => (url === undefined ? id : `${id} ${url}`));
  const agreed = approvals.map(({ by, on }) => (on === 'guidon' ? by : `${by} (at the Git host)`));
  const parts = [
    ...(git === undefined || git.authors.length === 0 ? [] : [`written by ${few(git.authors)}`]),
    ...(git === undefined || git.signers.length === 0 ? [] : [`signed by ${few(git.signers)}`]),
    ...(asked.length === 0 ? [] : [`pull request ${few(asked)}`]),
    ...(agreed.length === 0 ? [] : [`agreed to by ${few(agreed)}`]),
  ];
  return parts.length === 0 ? [] : [parts.join(', ')];
}

function change({ before, after }: AuditEntry): string[] {
  if (before == null && after == null) return [];
  return [
    `${before == null ? 'nothing' : inOneLine(before)} → ${after == null ? 'nothing' : inOneLine(after)}`,
  ];
}

const MOST_NAMED = 5;

function few(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return `${names.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const LONGEST = 160;

function inOneLine(value: object): string {
  const text = Object.entries(value)
    .map(([name, one]) => `${name}: ${typeof one === 'string' ? one : JSON.stringify(one)}`)
    .join(', ');
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)} … (--json has all)`;
}
