import type { RevisionDocument } from '@guidon/protocol';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { paintFor, printable } from '../output/paint.js';
import { createServerClient } from '../server/server-client.js';
import { askReason } from './ask-reason.js';
import { checkedCommit } from './checked-commit.js';
import { lookFirst } from './look-first.js';

interface AcceptOptions {
  readonly reason?: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  guidon status            says what is held, and why
  guidon accept 3f2a91c --reason "we agreed on it in the meeting"
`;

export function addAccept({ program, io, finish }: CommandSetup): void {
  program
    .command('accept <commit>')
    .description('let a held revision go on: you have looked at it')
    .option('--reason <text>', 'why; asked for on a terminal')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action(async (commit: string, options: AcceptOptions) => {
      await accept(commit, options, io);
      finish(0);
    });
}

async function accept(commit: string, options: AcceptOptions, io: Io): Promise<void> {
  const sha = checkedCommit(commit, io);
  const client = createServerClient(io);
  const look = () => client.getTagged('/api/v1/revisions/{sha}', { params: { sha } });
  const tag = await lookFirst({ look, reason: options.reason, io, describe: describeHeld });
  const reason = await askReason(io, options.reason, 'Why may it go on?');
  const answer = await client.post('/api/v1/revisions/{sha}/accept', {
    params: { sha },
    body: { reason },
    ifMatch: tag,
  });
  if (options.json === true) io.out(`${JSON.stringify(answer, null, 2)}\n`);
  else io.out(describeAccepted(answer, io));
}

/** What the person is about to let go on. */
function describeHeld({ commit, author, subject, state, holds }: RevisionDocument): string {
  const lines = [
    `${commit.slice(0, 12)} ${printable(subject)}, by ${printable(author)}, is ${state}`,
    ...holds.map(({ sentence }) => `  ${printable(sentence)}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function describeAccepted({ commit, state, subject, holds, servedIn }: RevisionDocument, io: Io): string {
  const paint = paintFor(io.colours);
  const where = servedIn.length === 0 ? 'no environment yet (a wave, a pin?)' : servedIn.join(', ');
  const lines = [
    `${paint.bold(`Accepted ${commit.slice(0, 12)}`)} ${printable(subject)}: ${state}`,
    ...holds.map(({ sentence }) => `  in spite of: ${printable(sentence)}`),
    `Served in ${printable(where)}.`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}
