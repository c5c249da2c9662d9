import type { RollbackAnswer } from '@guidon/protocol';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { paintFor, printable } from '../output/paint.js';
import { createServerClient } from '../server/server-client.js';
import { askReason } from './ask-reason.js';
import { checkedCommit } from './checked-commit.js';

export interface PinOptions {
  readonly env?: readonly string[];
  readonly reason?: string;
  readonly json?: true;
}

/** Serves an earlier revision at once; every environment unless some are named. */
export async function rollBackOnServer(commit: string, options: PinOptions, io: Io): Promise<void> {
  const sha = checkedCommit(commit, io);
  const client = createServerClient(io);
  const reason = await askReason(io, options.reason, 'Why back to it?');
  const answer = await client.post('/api/v1/revisions/{sha}/rollback', {
    params: { sha },
    body: { environments: environmentsOf(options), reason },
  });
  if (options.json === true) io.out(`${JSON.stringify(answer, null, 2)}\n`);
  else io.out(describeRollback(answer, io));
}

function describeRollback({ commit, environments, alreadyPinned }: RollbackAnswer, io: Io): string {
  const paint = paintFor(io.colours);
  const head = alreadyPinned
    ? `${paint.bold(`${commit.slice(0, 12)} was pinned there already`)}; nothing was changed.`
    : paint.bold(`Back to ${commit.slice(0, 12)}, served now:`);
  const lines = [
    head,
    ...environments.map(({ environment, generation, waiting }) => {
      const behind = waiting === undefined ? '' : `; ${waiting.slice(0, 12)} waits behind it`;
      return `  ${printable(environment)} at generation ${generation}${behind}`;
    }),
    'Later commits wait until Git agrees (git revert, push) or the pin is lifted:',
    `  ${io.command} unpin --reason "…"`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}

const EXAMPLES = `
Examples:
  guidon unpin --env production --reason "mended in 3f2a91c"
  guidon status            says what is pinned
`;

export function addUnpin({ program, io, finish }: CommandSetup): void {
  program
    .command('unpin')
    .description('lift the pin of a rollback: what Git says is served again, by waves where there are any')
    .option('--env <name...>', 'environments (default: all)')
    .option('--reason <text>', 'why; asked for on a terminal')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action(async (options: PinOptions) => {
      await unpin(options, io);
      finish(0);
    });
}

async function unpin(options: PinOptions, io: Io): Promise<void> {
  const client = createServerClient(io);
  const reason = await askReason(io, options.reason, 'Why may what Git says come back?');
  const body = { environments: environmentsOf(options), reason };
  const answer = await client.post('/api/v1/revisions/unpin', { body });
  if (options.json === true) io.out(`${JSON.stringify(answer, null, 2)}\n`);
  else if (answer.environments.length === 0) io.out('Nothing was pinned there.\n');
  else io.out(`Unpinned ${printable(answer.environments.join(', '))}.\n`);
}

function environmentsOf({ env }: PinOptions): 'all' | readonly string[] {
  return env ?? 'all';
}
