import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { paintFor, printable } from '../output/paint.js';
import { createServerClient } from '../server/server-client.js';
import { readCount } from './read-count.js';

/** An entry of the log as the server lists it; actions have their own subjects. */
interface AuditEntry {
  readonly at: string;
  readonly action: string;
  readonly actor: string;
  readonly reason: string;
  readonly subject: { readonly [name: string]: unknown };
  readonly environments?: readonly string[];
  readonly commit?: string;
  readonly hash: string;
}

type Verdict =
  | { readonly ok: true; readonly checked: number; readonly head: string }
  | { readonly ok: false; readonly firstBroken: { readonly sequence: number; readonly reason: string } };

const EXAMPLES = `
Examples:
  guidon audit                   the last 20 entries, newest first
  guidon audit --limit 200 --json | jq '.entries[] | select(.action == "kill.press")'
  guidon audit verify            proves that nothing was changed, taken out or put in
`;

/** A log of 100,000 entries on a slow disk. */
const VERIFY_TIMEOUT_MS = 120_000;

export function addAudit({ program, io, finish }: CommandSetup): void {
  const audit = program
    .command('audit')
    .description('read the log of every change, newest first, and prove that it is whole')
    .option('--limit <number>', 'how many entries', readCount, 20)
    .option('--json', 'print them as JSON')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action(async (options: { limit: number; json?: true }) => {
      await list(options, io);
      finish(0);
    });
  audit
    .command('verify')
    .description('walk the chain of hashes; exit code 1 names the first entry that does not fit')
    .option('--json', 'print the verdict as JSON')
    .action(async (_options: object, command: { optsWithGlobals(): { json?: true } }) =>
      finish(await verify(command.optsWithGlobals(), io)),
    );
}

const PAGE = 500;

async function list({ limit, json }: { limit: number; json?: true }, io: Io): Promise<void> {
  const client = createServerClient(io);
  const entries: AuditEntry[] = [];
  let before = '';
  while (entries.length < limit) {
    const page = await client.get<{ entries: readonly AuditEntry[]; next?: number }>(
      `/api/v1/audit?limit=${Math.min(PAGE, limit - entries.length)}${before}`,
    );
    entries.push(...page.entries);
    if (page.next === undefined) break;
    before = `&before=${page.next}`;
  }
  if (json === true) {
    io.out(`${JSON.stringify({ entries }, null, 2)}\n`);
    return;
  }
  const paint = paintFor(io.colours);
  for (const { at, action, actor, reason, subject, environments, commit } of entries) {
    const where = environments === undefined ? '' : ` in ${environments.join(', ')}`;
    const from = commit === undefined ? '' : ` (${commit.slice(0, 10)})`;
    io.out(`${paint.dim(at)} ${paint.bold(printable(action))}${printable(where + from)}\n`);
    io.out(`  by ${printable(actor)}: ${printable(reason)}\n`);
    if (Object.keys(subject).length > 0) io.out(`  ${printable(inOneLine(subject))}\n`);
  }
  if (entries.length === 0) io.out('The log is empty.\n');
}

const LONGEST = 160;

function inOneLine(subject: object): string {
  const text = Object.entries(subject)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)} … (--json has all)`;
}

async function verify({ json }: { json?: true }, io: Io): Promise<0 | 1> {
  const client = createServerClient(io, { timeoutMs: VERIFY_TIMEOUT_MS });
  const verdict = await client.get<Verdict>('/api/v1/audit/verify');
  if (json === true) io.out(`${JSON.stringify(verdict, null, 2)}\n`);
  else io.out(describeVerdict(verdict, io));
  return verdict.ok ? 0 : 1;
}

function describeVerdict(verdict: Verdict, io: Io): string {
  const paint = paintFor(io.colours);
  if (verdict.ok)
    return `${paint.green('The log is whole')}: ${verdict.checked} entries, each fits the one before.\nHead: ${verdict.head}\n`;
  const { sequence, reason } = verdict.firstBroken;
  return `${paint.red('The log was tampered with')}, first at entry ${sequence}: ${printable(reason)}\n`;
}
