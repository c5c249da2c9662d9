import { relative } from 'node:path';
import type { FlagChange } from '@guidon/engine/diff';
import { type Checkout, type CommitInfo, GitError, openCheckout } from '@guidon/git';
import { findFlagsFolder } from '../checkout/find-flags-folder.js';
import { readFilesAt } from '../checkout/read-files-at.js';
import { readPast } from '../checkout/read-past.js';
import { type Rehearsal, rehearse } from '../checkout/rehearse.js';
import { CliError } from '../cli-error.js';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { describeChange } from '../output/describe-change.js';
import { describeFinding } from '../output/findings/describe-findings.js';
import { paintFor, printable } from '../output/paint.js';
import { count } from '../output/table.js';
import { type PinOptions, rollBackOnServer } from './pin.js';

interface RollbackOptions extends PinOptions {
  readonly rehearse?: string | true;
  readonly dir?: string;
}

const EXAMPLES = `
Examples:
  guidon rollback --rehearse             the state before the newest change of the flags
  guidon rollback --rehearse 3f2a91c     that commit
  guidon rollback --rehearse HEAD~5 --json

A rehearsal reads commits of the checkout and calls no server; edits that are not committed are not looked at. It
answers 1 when the earlier revision has errors: a server could not serve all of it again.

  guidon rollback 3f2a91c --env production --reason "errors since the last change"

This calls the server, which serves that revision at once, skipping waves, to whoever it reached before.
`;

export function addRollback({ program, io, finish }: CommandSetup): void {
  program
    .command('rollback [commit]')
    .description(
      'go back to an earlier revision at once, or rehearse it: does it load, and what would it change',
    )
    .option('--rehearse [commit]', 'the revision to go back to (default: before the newest change)')
    .option('--dir <dir>', 'the flags folder (default: found from here upward)')
    .option('--env <name...>', 'environments to go back in (default: all)')
    .option('--reason <text>', 'why; asked for on a terminal')
    .option('--json', 'print the outcome as JSON')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action(async (commit: string | undefined, options: RollbackOptions) =>
      finish(await rollback(commit, options, io)),
    );
}

interface Ends {
  readonly present: CommitInfo;
  readonly earlier: CommitInfo;
}

async function rollback(commit: string | undefined, options: RollbackOptions, io: Io): Promise<0 | 1> {
  if (options.rehearse === undefined) {
    if (commit === undefined)
      throw new CliError('Name the commit to go back to, or say --rehearse.', { usage: true });
    await rollBackOnServer(commit, options, io);
    return 0;
  }
  try {
    return await rehearseIn(findFlagsFolder(io, options.dir), options, io);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new CliError(error.message, { usage: error.kind === 'refused' });
  }
}

async function rehearseIn(folder: string, options: RollbackOptions, io: Io): Promise<0 | 1> {
  const checkout = await openCheckout(folder, io.env);
  if (checkout === undefined) throw new GitError('refused', `${folder} lies in no Git working copy.`);
  const ends = await endsOf(checkout, options.rehearse === true ? undefined : options.rehearse);
  const rehearsal = rehearse(
    await readFilesAt(checkout, ends.present.commit),
    await readFilesAt(checkout, ends.earlier.commit),
    { nowMs: io.now(), past: await readPast(checkout, ends.present.commit) },
  );
  if (options.json === true) io.out(`${JSON.stringify(documentOf(ends, rehearsal), null, 2)}\n`);
  else print(ends, rehearsal, { io, prefix: relative(io.cwd, folder) });
  return rehearsal.errors.length > 0 ? 1 : 0;
}

async function endsOf(checkout: Checkout, asked: string | undefined): Promise<Ends> {
  const present = await checkout.resolve('HEAD');
  if (present === undefined) throw new CliError('Nothing is committed here yet.', { usage: true });
  const earlier =
    asked === undefined ? await checkout.revisionBefore(present) : await checkout.resolve(asked);
  if (earlier === undefined) {
    throw new CliError(
      asked === undefined
        ? 'There is no revision before the newest change of the flags (a shallow clone may end before it).'
        : `${asked} names no commit of this checkout.`,
      { usage: true },
    );
  }
  return { present: await checkout.commitInfo(present), earlier: await checkout.commitInfo(earlier) };
}

function documentOf({ present, earlier }: Ends, { errors, ...rest }: Rehearsal): object {
  const named = ({ commit, subject, timeMs }: CommitInfo) => ({
    commit,
    subject,
    time: new Date(timeMs).toISOString(),
  });
  return { from: named(present), to: named(earlier), loads: errors.length === 0, errors, ...rest };
}

function print(
  { present, earlier }: Ends,
  rehearsal: Rehearsal,
  { io, prefix }: { io: Io; prefix: string },
): void {
  const paint = paintFor(io.colours);
  const named = ({ commit, subject }: CommitInfo) => printable(`${commit.slice(0, 12)} ${subject}`);
  io.out(`From ${named(present)}\nback to ${named(earlier)}\n\n`);
  for (const finding of rehearsal.errors) io.out(describeFinding(finding, prefix, paint));
  const { errors, changes, flags, presentErrors } = rehearsal;
  io.out(
    errors.length === 0
      ? `${paint.green('It loads')}: ${count(flags, 'flag')}, no errors.\n`
      : `${paint.red('It does not load whole')}: ${count(errors.length, 'error')}; what they concern could not be served again.\n`,
  );
  if (presentErrors.length > 0) {
    const said = `${count(presentErrors.length, 'error')} in the present revision`;
    io.out(
      `${paint.yellow(said)}; the files concerned are left out of the comparison (guidon lint tells more).\n`,
    );
  }
  printChanges(rehearsal, io);
  const changed = new Set(changes.map(({ flag }) => flag)).size;
  io.out(`\n${changed === 0 ? 'It would change no flag' : `It would change ${count(changed, 'flag')}`}.\n`);
}

function printChanges({ changes, environments, stay }: Rehearsal, io: Io): void {
  const paint = paintFor(io.colours);
  for (const [flag, own] of byFlag(changes)) {
    io.out(`\n${paint.bold(printable(flag))}\n`);
    for (const change of own.filter((one) => !('environment' in one)))
      io.out(`  ${printable(describeChange(change))}\n`);
    for (const environment of environments) {
      const here = own.filter((one) => 'environment' in one && one.environment === environment);
      for (const change of here) io.out(`  ${printable(`${environment}: ${describeChange(change)}`)}\n`);
    }
  }
  if (stay.length === 0) return;
  io.out(
    `\nA git revert would not take away ${printable(stay.join(', '))}: archive first what has changed since it came.\n`,
  );
}

function byFlag(changes: readonly FlagChange[]): ReadonlyMap<string, readonly FlagChange[]> {
  const groups = new Map<string, FlagChange[]>();
  for (const change of changes) {
    const group = groups.get(change.flag);
    if (group === undefined) groups.set(change.flag, [change]);
    else group.push(change);
  }
  return groups;
}
