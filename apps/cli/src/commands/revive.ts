import type { KillDocument } from '@guidon/protocol';
import { CliError } from '../cli-error.js';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { describeTargets } from '../output/describe-targets.js';
import { paintFor } from '../output/paint.js';
import { createServerClient } from '../server/server-client.js';
import { askReason } from './ask-reason.js';

interface ReviveOptions {
  readonly reason?: string;
  readonly json?: true;
}

/** A ULID, in Crockford's alphabet. */
const KILL_ID = /^[0-9A-HJKMNP-TV-Z]{26}$/i;

const EXAMPLES = `
Examples:
  guidon revive 01JD8Z5N3V6M2QK8W4T7R9XYAB --reason "fixed in 4.2.1"
  guidon status            lists the ids of what is switched off
`;

export function addRevive({ program, io, finish }: CommandSetup): void {
  program
    .command('revive <id>')
    .description('lift a kill: its flags are evaluated again')
    .option('--reason <text>', 'why; asked for on a terminal')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action(async (id: string, options: ReviveOptions) => {
      await revive(id, options, io);
      finish(0);
    });
}

async function revive(id: string, options: ReviveOptions, io: Io): Promise<void> {
  if (!KILL_ID.test(id)) {
    throw new CliError(`${id} is not the id of a kill; \`${io.command} status\` lists them.`, {
      usage: true,
    });
  }
  const client = createServerClient(io);
  const reason = await askReason(io, options.reason, 'Why is it safe again?');
  const answer = await client.post<KillDocument>(`/api/v1/red-button/${id.toUpperCase()}/revive`, { reason });
  if (options.json === true) {
    io.out(`${JSON.stringify(answer, null, 2)}\n`);
    return;
  }
  const paint = paintFor(io.colours);
  io.out(`${paint.bold(`Revived ${answer.id}`)}; evaluated again:\n`);
  for (const line of describeTargets(answer.targets)) io.out(`  ${line}\n`);
  io.out(`What another kill still holds stays off; \`${io.command} status\` lists what is in force.\n`);
}
