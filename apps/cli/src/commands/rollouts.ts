import type { Command } from 'commander';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { drawList } from '../output/rollouts/draw-list.js';
import { createRolloutApi } from '../rollouts/rollout-api.js';
import { addActs } from './rollouts-acts.js';
import { addShow } from './rollouts-show.js';
import { addWatch } from './rollouts-watch.js';

interface RolloutsOptions {
  readonly env?: readonly string[];
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  guidon rollouts                                          all of them, those that wait for a person first
  guidon rollouts show new-checkout --env production       stages, guards with their evidence, what happened
  guidon rollouts watch new-checkout --env production      live, until it is done or went back
  guidon rollouts pause new-checkout --env production --reason "support is called a lot"
  guidon kill --rollouts --env production --reason "error rate rises, cause unknown"

Marks: ✔ done, ▶ here, ‖ paused here, ? waits for an approval, ✘ went back, · to come.
`;

export function addRollouts(setup: CommandSetup): void {
  const { program, io, finish } = setup;
  const rollouts = program
    .command('rollouts')
    .description('list rollouts, look at one, follow it live, and stop or move it')
    .option('--env <name...>', 'only these environments')
    .option('--json', 'print them as JSON')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action(async (_options: RolloutsOptions, command: Command) => {
      await list(command.opts<RolloutsOptions>(), io);
      finish(0);
    });
  addShow(rollouts, setup);
  addWatch(rollouts, setup);
  addActs(rollouts, setup);
}

async function list({ env, json }: RolloutsOptions, io: Io): Promise<void> {
  const all = await createRolloutApi(io).list();
  const found = all.filter(({ environment }) => env === undefined || env.includes(environment));
  if (json === true) io.out(`${JSON.stringify({ rollouts: found }, null, 2)}\n`);
  else io.out(drawList(found, { nowMs: io.now(), command: io.command }));
}
