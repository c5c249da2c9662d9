import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { count, formatTable } from '../output/table.js';
import { createServerClient } from '../server/server-client.js';

interface RolloutsOptions {
  readonly env?: readonly string[];
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  guidon rollouts --env production
  guidon kill --rollouts --env production --reason "error rate rises, cause unknown"

This server does not move rollouts yet: until it does, everyone gets what stands behind the rollout in the file.
`;

export function addRollouts({ program, io, finish }: CommandSetup): void {
  program
    .command('rollouts')
    .description('list the rollouts that flags declare, and whether they are switched off')
    .option('--env <name...>', 'only these environments')
    .option('--json', 'print them as JSON')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action(async (options: RolloutsOptions) => {
      await rollouts(options, io);
      finish(0);
    });
}

async function rollouts({ env, json }: RolloutsOptions, io: Io): Promise<void> {
  const { flags } = await createServerClient(io).get('/api/v1/flags');
  const found = flags.flatMap(({ key: flag, owner, path, environments }) =>
    environments
      .filter(({ environment, rollout }) => rollout && (env === undefined || env.includes(environment)))
      .map(({ environment, serves, killed }) => ({ flag, environment, owner, path, serves, killed })),
  );
  if (json === true) {
    io.out(`${JSON.stringify({ rollouts: found }, null, 2)}\n`);
    return;
  }
  if (found.length === 0) {
    io.out('No flag declares a rollout there.\n');
    return;
  }
  const rows = found.map(({ flag, environment, owner, serves, killed }) => [
    ...[flag, environment, owner, serves, killed ? 'switched off' : 'not begun'],
  ]);
  io.out(formatTable(['flag', 'environment', 'owner', 'everyone gets', 'rollout'], rows));
  io.out(
    `\n${count(found.length, 'rollout')}. This server does not move rollouts yet: everyone gets what stands behind them.\n`,
  );
}
