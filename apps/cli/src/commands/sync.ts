import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { paintFor } from '../output/paint.js';
import { createServerClient } from '../server/server-client.js';
import { describeSync } from './status.js';

interface SyncOptions {
  readonly reason: string;
  readonly json?: true;
}

/** A first sync of ten thousand flags on a busy machine; the server answers when it is done. */
const TIMEOUT_MS = 120_000;

const EXAMPLES = `
Examples:
  guidon sync                 after a push that no webhook told of
  guidon sync --json | jq -r .state

Exit codes: 0 all of the newest commit is live or on its way in waves, 1 some or all of it is refused or held.
`;

export function addSync({ program, io, finish }: CommandSetup): void {
  program
    .command('sync')
    .description('let the server fetch now, and tell what became of the newest commit')
    .option('--reason <text>', 'why', 'asked for at a terminal')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action(async (options: SyncOptions) => finish(await sync(options, io)));
}

async function sync({ reason, json }: SyncOptions, io: Io): Promise<0 | 1> {
  const client = createServerClient(io, { timeoutMs: TIMEOUT_MS });
  if (io.interactive) io.err('Fetching and judging …\n');
  const answer = await client.post('/api/v1/sync', { body: { reason } });
  const view = { nowMs: io.now(), paint: paintFor(io.colours), command: io.command };
  io.out(json === true ? `${JSON.stringify(answer, null, 2)}\n` : describeSync(answer, view));
  const isFine = answer.state === 'accepted' && answer.lastError === undefined;
  if (answer.state === 'held' && json !== true) {
    io.out(`\nIt is held. ${io.command} status says why; ${io.command} accept <commit> lets it go on.\n`);
  }
  return isFine ? 0 : 1;
}
