import { Command, CommanderError } from 'commander';
import { CliError, type ExitCode } from './cli-error.js';
import { addAccept } from './commands/accept.js';
import { addApprovals, addApprove } from './commands/approve.js';
import { addAudit } from './commands/audit.js';
import { addEval } from './commands/eval.js';
import { addExplain } from './commands/explain.js';
import { addExport } from './commands/export.js';
import { addFmt } from './commands/fmt.js';
import { addInit } from './commands/init.js';
import { addKeys } from './commands/keys.js';
import { addKill } from './commands/kill.js';
import { addLint } from './commands/lint.js';
import { addLogin, addLogout, addWhoami } from './commands/login.js';
import { addMatrix } from './commands/matrix.js';
import { addNew } from './commands/new.js';
import { addNotify } from './commands/notify.js';
import { addUnpin } from './commands/pin.js';
import { addPlan } from './commands/plan.js';
import { addRevive } from './commands/revive.js';
import { addRollback } from './commands/rollback.js';
import { addRollouts } from './commands/rollouts.js';
import { addSchema } from './commands/schema.js';
import { addStatus } from './commands/status.js';
import { addSync } from './commands/sync.js';
import { addTest } from './commands/test.js';
import { addTimeline } from './commands/timeline.js';
import type { Io } from './io.js';
import { paintFor, printable } from './output/paint.js';
import { readVersion } from './read-version.js';

const COMMANDS = [
  ...[addLint, addEval, addKill, addRevive, addStatus],
  ...[addAccept, addRollback, addUnpin, addSchema],
  ...[addInit, addNew, addFmt, addTest],
  ...[addLogin, addLogout, addWhoami],
  addRollouts,
  ...[addSync, addAudit, addKeys, addApprovals, addApprove],
  ...[addTimeline, addNotify],
  addPlan,
  ...[addExplain, addMatrix, addExport],
];

/** Runs one call of `guidon` and returns its exit code. Never throws, never prints a stack trace. */
export async function runCli(io: Io): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const program = createProgram(io, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...io.args], { from: 'user' });
    return exitCode;
  } catch (error) {
    return reportFailure(error, io);
  }
}

function createProgram(io: Io, finish: (exitCode: ExitCode) => void): Command {
  const program = new Command('guidon')
    .description('Feature flags from Git: check them, try them, and switch them off.')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .showHelpAfterError('Try --help.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(text),
      writeErr: (text) => (wantsJson(io) ? undefined : io.err(text)),
    })
    .addHelpText(
      'after',
      `
The commands that call the server read:
  GUIDON_URL   its address (default http://127.0.0.1:4242)
  GUIDON_KEY   an admin key (default: what guidon login got)

Exit codes: 0 fine, 1 found errors or failed, 2 called in a wrong way.
`,
    );
  for (const add of COMMANDS) {
    add({ program, io, finish });
  }
  return program;
}

function reportFailure(error: unknown, io: Io): ExitCode {
  // commander has printed its own message for people already; help and version end this way too, with code 0.
  if (error instanceof CommanderError && (error.exitCode === 0 || !wantsJson(io)))
    return error.exitCode === 0 ? 0 : 2;
  const failure =
    error instanceof CliError
      ? error
      : error instanceof CommanderError
        ? wrongCall(error, io)
        : new CliError(`Something went wrong in this command: ${messageOf(error)}`, { code: 'internal' });
  if (wantsJson(io)) {
    const { code, message, details } = failure;
    io.out(`${JSON.stringify({ error: { code, sentence: message, details } }, null, 2)}\n`);
  } else {
    const paint = paintFor(io.colours);
    io.err(`${paint.red('guidon:')} ${printable(failure.message)}\n`);
    for (const detail of failure.details) io.err(`  ${printable(detail)}\n`);
  }
  return failure.exitCode;
}

/** Known before the arguments are understood, for it is told in JSON, too, that they are not. */
function wantsJson({ args }: Io): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end === -1 ? args.length : end).includes('--json');
}

function wrongCall({ code, message }: CommanderError, io: Io): CliError {
  // A command that only holds others prints its help instead of a message.
  const text = code === 'commander.help' ? 'A command is missing.' : message.replace(/^error: /, '');
  const [sentence = '', ...more] = text.split('\n');
  return new CliError(/[.?!]$/.test(sentence) ? sentence : `${sentence}.`, {
    ...{ usage: true, details: [...more, `Try ${io.command} --help.`] },
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
