import type { Command } from 'commander';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { type AuditEntry, describeEntry } from '../output/describe-entry.js';
import { createServerClient } from '../server/server-client.js';
import { readCount } from './read-count.js';
import { readInstantOrAge } from './read-instant.js';
import { verifyExport, verifyOnServer } from './verify-audit.js';

interface ListOptions {
  readonly limit: number;
  readonly json?: true;
  readonly action?: string;
  readonly actor?: string;
  readonly approver?: string;
  readonly author?: string;
  readonly commit?: string;
  readonly env?: string;
  readonly flag?: string;
  readonly from?: string;
  readonly key?: string;
  readonly owner?: string;
  readonly pullRequest?: string;
  readonly reason?: string;
  readonly request?: string;
  readonly text?: string;
  readonly since?: string;
  readonly until?: string;
}

const EXAMPLES = `
Examples:
  guidon audit                                     the last 20 entries, newest first
  guidon audit --action kill --since 2h            who pressed or revived in the last two hours
  guidon audit --actor ada --env production        what she did there
  guidon audit --flag new-checkout --json          everything about one flag, for a script
  guidon audit --approver gus@acme.example         what he agreed to, here and at the Git host
  guidon audit --action attempt --since 1h         who was refused what
  guidon audit export > log.ndjson                 all of it, as it was hashed
  guidon audit verify                              proves that nothing was changed, taken out or put in
  guidon audit verify --file log.ndjson            the same, without asking the server
`;

const EXPORT_EXAMPLES = `
Examples:
  guidon audit export > log.ndjson                 the whole log, to keep
  guidon audit export | gzip > log.ndjson.gz       the same, smaller
  guidon audit verify --file log.ndjson            proves later that it is whole, without the server

Each line is one JSON object: an entry exactly as it was hashed, or a signed checkpoint of the chain. It takes no --json and no
filters: what is left out could not be proved. To search the log, use guidon audit with its options.
`;

export function addAudit({ program, io, finish }: CommandSetup): void {
  const audit = withFields(program.command('audit'))
    .description('read the log of every change, newest first, and prove that it is whole')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action(async (options: ListOptions) => {
      await list(options, io);
      finish(0);
    });
  withFields(audit.command('search'))
    .description('the same as guidon audit by itself')
    .action(async (own: ListOptions, command: Command) => {
      const before = audit.opts<ListOptions>();
      // A default of this command must not outweigh what was given before its name.
      const limit = command.getOptionValueSource('limit') === 'default' ? before.limit : own.limit;
      await list({ ...before, ...own, limit }, io);
      finish(0);
    });
  audit
    .command('export')
    .description('print the whole log and its signed checkpoints, one JSON line each, oldest first')
    .addHelpText('after', examplesFor(io, EXPORT_EXAMPLES))
    .action(async () => {
      await createServerClient(io, { timeoutMs: EXPORT_TIMEOUT_MS }).read('/api/v1/audit/export', io.out);
      finish(0);
    });
  audit
    .command('verify')
    .description('walk the chain of hashes; exit code 1 names the first entry that does not fit')
    .option('--file <path>', 'an export, checked here instead of at the server')
    .option('--public-key <base64>', 'whose checkpoints count; without it those of an export are not checked')
    .option('--json', 'print the verdict as JSON')
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<{ json?: true; file?: string; publicKey?: string }>();
      finish(options.file === undefined ? await verifyOnServer(io, options) : verifyExport(io, options));
    });
}

function withFields(command: Command): Command {
  return command
    .option('--limit <number>', 'how many entries', readCount, 20)
    .option('--action <name>', 'such as kill.press, or a kind of them such as kill')
    .option('--actor <text>', 'who, or a part of the name')
    .option('--owner <email>', 'whose key it was')
    .option('--key <id>', 'by the public id of the key')
    .option('--env <name>', 'of one environment')
    .option('--flag <key>', 'of one flag')
    .option('--commit <id>', 'of one commit')
    .option('--author <email>', 'by who wrote, committed or signed the commit')
    .option('--pull-request <number>', 'that brought the commit, or that was proposed')
    .option('--approver <name>', 'who agreed: an e-mail, or a login of the Git host')
    .option('--request <id>', 'of one request, by the id in its answer')
    .option('--from <address>', 'from one source address')
    .option('--reason <text>', 'a part of the reason')
    .option('--text <text>', 'anywhere in the entry')
    .option('--since <when>', 'an instant, or how long ago: 2h, 7d')
    .option('--until <when>', 'an instant, or how long ago')
    .option('--json', 'print them as JSON');
}

const EXPORT_TIMEOUT_MS = 600_000;
const PAGE = 500;

async function list(options: ListOptions, io: Io): Promise<void> {
  const search = searchOf(options, io.now());
  const client = createServerClient(io);
  const entries: AuditEntry[] = [];
  let before: string | undefined;
  while (entries.length < options.limit) {
    const limit = String(Math.min(PAGE, options.limit - entries.length));
    const query = { limit, ...search, ...(before === undefined ? {} : { before }) };
    const page = await client.get('/api/v1/audit', { query });
    entries.push(...page.entries);
    if (page.next === undefined) break;
    before = String(page.next);
  }
  if (options.json === true) io.out(`${JSON.stringify({ entries }, null, 2)}\n`);
  else if (entries.length === 0) io.out('Nothing in the log fits.\n');
  else for (const entry of entries) io.out(describeEntry(entry, io));
}

/** Names of the server's fields, where they are others than the options'. */
const FIELDS = { env: 'environment', from: 'sourceAddress', request: 'requestId' } as const;
const WORDS = [
  ...['action', 'actor', 'env', 'commit', 'text', 'approver', 'author', 'flag', 'from', 'key', 'owner'],
  ...['pullRequest', 'reason', 'request'],
] as readonly Exclude<keyof ListOptions, 'limit' | 'json' | 'since' | 'until'>[];

function searchOf(options: ListOptions, nowMs: number): Record<string, string> {
  const { since, until } = options;
  const instant = (when: string, option: string) =>
    new Date(readInstantOrAge(when, option, nowMs)).toISOString();
  const words = WORDS.flatMap((name) => {
    const value = options[name];
    return value === undefined ? [] : [[name in FIELDS ? FIELDS[name as keyof typeof FIELDS] : name, value]];
  });
  return {
    ...Object.fromEntries(words),
    ...(since === undefined ? {} : { since: instant(since, '--since') }),
    ...(until === undefined ? {} : { until: instant(until, '--until') }),
  };
}
