import type { Command } from 'commander';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { paintFor } from '../output/paint.js';
import { drawRollout } from '../output/rollouts/draw-rollout.js';
import { locateRollout, orWhatThereIs } from '../rollouts/locate-rollout.js';
import { createRolloutApi } from '../rollouts/rollout-api.js';

/** Options of the commands below `rollouts`. Commander gives those that the parent has, too, to the parent. */
export interface OneRolloutOptions {
  readonly env?: string;
  readonly reason?: string;
  readonly json?: true;
}

/** Where nobody says how wide a line may be. */
const USUAL_COLUMNS = 100;

const EXAMPLES = `
Examples:
  guidon rollouts show new-checkout --env production
  guidon rollouts show new-checkout --json | jq .guards
`;

export function addShow(rollouts: Command, { io, finish }: CommandSetup): void {
  rollouts
    .command('show <flag>')
    .description('tell all about one: stages, guards and their evidence, what happened and why, what to do')
    .option('--env <name>', 'environment (default: the only one in which the flag has a rollout)')
    .option('--json', 'print it as JSON')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action(async (flag: string, _options: object, command: Command) => {
      await show(flag, optionsOf(command), io);
      finish(0);
    });
}

/** Given before or after the name of the sub-command; a list, as the parent has it, means its only name. */
export function optionsOf<T extends OneRolloutOptions>(command: Command): T {
  const { env, ...rest } = command.optsWithGlobals<Omit<T, 'env'> & { env?: string | readonly string[] }>();
  const own = command.opts<{ env?: string }>().env ?? (typeof env === 'string' ? env : env?.[0]);
  return { ...rest, ...(own === undefined ? {} : { env: own }) } as T;
}

async function show(flag: string, { env, json }: OneRolloutOptions, io: Io): Promise<void> {
  const api = createRolloutApi(io);
  const address = await locateRollout({ flag, env }, api);
  const { rollout } = await orWhatThereIs(api.read(address.id), address, { api, io });
  if (json === true) {
    io.out(`${JSON.stringify(rollout, null, 2)}\n`);
    return;
  }
  const { columns } = io.screen() ?? { columns: USUAL_COLUMNS };
  const options = { nowMs: io.now(), paint: paintFor(io.colours), command: io.command, columns };
  io.out(`${drawRollout(rollout, options).join('\n')}\n`);
}
