import type { Command } from 'commander';
import { CliError, type ExitCode } from '../cli-error.js';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { followRollout } from '../rollouts/follow-rollout.js';
import { locateRollout, orWhatThereIs } from '../rollouts/locate-rollout.js';
import { createRolloutApi } from '../rollouts/rollout-api.js';
import { exitCodeOf, jsonViewer, lineViewer, terminalViewer } from '../rollouts/rollout-viewers.js';
import { type OneRolloutOptions, optionsOf } from './rollouts-show.js';

/** A picture should move; a log is told at once anyhow, since the server answers as soon as something happens. */
const WAIT_SECONDS = { picture: 2, lines: 20 } as const;
/** Beyond the wait, for the way and a slow server. */
const SLACK_MS = 10_000;

const EXAMPLES = `
Examples:
  guidon rollouts watch new-checkout --env production
  guidon rollouts watch new-checkout --env production && ./announce.sh
  guidon rollouts watch new-checkout --json | jq -c 'select(.type == "event").event.cause'

On a terminal it draws one picture in place; elsewhere it prints a line for each change, with --json an object on each line:
rollout, event, trouble, back, end. While the server is away it asks again, after longer and longer pauses, and says so.

Exit codes: 0 everybody has it, 1 it went back or was called off (or the server refuses), 2 called in a wrong way;
Ctrl-C leaves the rollout alone.
`;

export function addWatch(rollouts: Command, { io, finish }: CommandSetup): void {
  rollouts
    .command('watch <flag>')
    .description('follow one live until it is done or went back')
    .option('--env <name>', 'environment (default: the only one in which the flag has a rollout)')
    .option('--json', 'print each change as a line of JSON')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action(async (flag: string, _options: object, command: Command) => {
      const options = optionsOf<OneRolloutOptions>(command);
      finish(
        await (options.json === true
          ? inLinesOfJson(io, () => watch(flag, options, io))
          : watch(flag, options, io)),
      );
    });
}

async function watch(flag: string, { env, json }: OneRolloutOptions, io: Io): Promise<ExitCode> {
  const screen = json === true ? undefined : io.screen();
  const waitSeconds = screen === undefined ? WAIT_SECONDS.lines : WAIT_SECONDS.picture;
  const api = createRolloutApi(io, { timeoutMs: waitSeconds * 1000 + SLACK_MS });
  const address = await locateRollout({ flag, env }, api);
  // A wrong address or key is told at once; only who was there once is waited for.
  const { rollout: first } = await orWhatThereIs(api.read(address.id), address, { api, io });
  const viewer =
    json === true ? jsonViewer(io) : screen === undefined ? lineViewer(io) : terminalViewer(io, screen);
  return exitCodeOf(await followRollout({ api, io, viewer, waitSeconds, first }));
}

/** Whoever reads line by line gets an error as a line, too. */
async function inLinesOfJson(io: Io, run: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const { code, message, details, exitCode } = error;
    io.out(`${JSON.stringify({ type: 'error', error: { code, sentence: message, details } })}\n`);
    return exitCode;
  }
}
