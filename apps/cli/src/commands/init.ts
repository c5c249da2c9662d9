import { existsSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { load } from '@guidon/engine/load';
import { gitEmail } from '@guidon/git';
import { CI_HOSTS, CI_SETTINGS, type CiHost, ciFile } from '../authoring/ci-file.js';
import { dayAhead } from '../authoring/days.js';
import { FIRST_FLAG, firstFiles } from '../authoring/first-project.js';
import { repositoryTop } from '../checkout/repository-top.js';
import { createFile } from '../checkout/write-file.js';
import { CliError } from '../cli-error.js';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { paintFor, printable } from '../output/paint.js';

interface InitOptions {
  readonly project?: string;
  readonly team: string;
  readonly email?: string;
  readonly ci: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  guidon init                        a folder flags in this one, and a GitHub workflow
  guidon init --team payments --email ada@acme.example
  guidon init config/flags --ci gitlab

It writes guidon.yaml with a first team, one flag with its test, and a file that lets CI check every proposed change. It
never writes over anything: where a file is in the way, it names it and writes nothing at all.
`;

/** Days until the first flag expires: long enough to try things, short enough to be reminded. */
const FIRST_FLAG_DAYS = 60;

export function addInit({ program, io, finish }: CommandSetup): void {
  program
    .command('init [folder]')
    .description('begin a flags folder: project file, a first flag, its test, a CI workflow')
    .option('--project <name>', 'the project (default: the name of the repository)')
    .option('--team <name>', 'the first team', 'core')
    .option('--email <address>', 'its first member (default: user.email of git)')
    .option('--ci <host>', `the workflow to write: ${CI_HOSTS.join(', ')}`, 'github')
    .option('--json', 'print the paths as JSON')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action(async (folder: string | undefined, options: InitOptions) => {
      await init(folder ?? 'flags', options, io);
      finish(0);
    });
}

async function init(given: string, options: InitOptions, io: Io): Promise<void> {
  const folder = resolve(io.cwd, given);
  const top = await repositoryTop(io.cwd);
  const ci = ciHost(options.ci);
  refuseWorkflowAmongFlags(folder, { top, ci });
  const files = filesFor(folder, top, {
    project: options.project ?? nameFrom(basename(top)),
    team: options.team,
    email: await emailFor(options, io),
    ci,
    nowMs: io.now(),
  });
  refuseWhatIsInTheWay([...files.keys()], io);
  for (const [path, text] of files) createFile(path, text);
  const written = [...files.keys()].map((path) => relative(io.cwd, path));
  if (options.json === true) io.out(`${JSON.stringify({ folder, written }, null, 2)}\n`);
  else printNextSteps(relative(io.cwd, folder), { written, setting: CI_SETTINGS[ci] }, io);
}

async function emailFor(options: InitOptions, io: Io): Promise<string> {
  const known = options.email ?? (await gitEmail(io.cwd, { ...io.env }));
  const email =
    known ??
    (io.interactive ? (await io.ask('Your e-mail address, as first member of the team:')).trim() : '');
  if (/^[^\s@]+@[^\s@]+$/.test(email)) return email;
  throw new CliError(
    email === ''
      ? 'Say who the first member of the team is: --email ada@acme.example'
      : `${email} is no e-mail address.`,
    { usage: true },
  );
}

function ciHost(given: string): CiHost {
  const host = CI_HOSTS.find((one) => one === given);
  if (host !== undefined) return host;
  throw new CliError(`--ci knows no ${given}; choose ${CI_HOSTS.join(', ')}.`, { usage: true });
}

/** Whatever lies under a flags folder and is no flag file is an error, the workflow of its repository too. */
function refuseWorkflowAmongFlags(folder: string, { top, ci }: { top: string; ci: CiHost }): void {
  if (ci === 'none' || relative(top, folder) !== '') return;
  throw new CliError(
    'The flags folder would be the top of the repository, where the CI workflow would lie among the flags. Name a folder below, or leave the workflow out with --ci none.',
    { usage: true },
  );
}

/** A name that the language allows, as near to a folder's as can be. */
function nameFrom(folder: string): string {
  const name = folder.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z]+/, '');
  return name === '' ? 'flags' : name.slice(0, 128);
}

interface Choices {
  readonly project: string;
  readonly team: string;
  readonly email: string;
  readonly ci: CiHost;
  readonly nowMs: number;
}

/** Everything by its full path, checked as lint would before anything is written. */
function filesFor(folder: string, top: string, { ci, nowMs, ...names }: Choices): Map<string, string> {
  const texts = firstFiles({ ...names, expires: dayAhead(nowMs, FIRST_FLAG_DAYS) });
  const sources = [...texts].map(([path, text]) => ({ path, blob: path, bytes: Buffer.from(text) }));
  const { findings } = load({ files: sources, nowMs });
  if (findings.length > 0) {
    const details = findings.map(({ path, sentence }) => `${path}: ${sentence}`);
    throw new CliError('With these names the files would not pass lint.', { usage: true, details });
  }
  const files = new Map([...texts].map(([path, text]) => [join(folder, path), text]));
  const workflow = ciFile(ci, relative(top, folder).split(sep).join('/'));
  if (workflow !== undefined) files.set(join(top, workflow.path), workflow.text);
  return files;
}

function refuseWhatIsInTheWay(paths: readonly string[], io: Io): void {
  const taken = paths.filter((path) => existsSync(path)).map((path) => relative(io.cwd, path));
  if (taken.length === 0) return;
  const isCi = taken.every((path) => path.endsWith('.yml'));
  throw new CliError('Nothing was written, because these files are there already:', {
    code: 'in-the-way',
    details: [
      ...taken,
      isCi ? 'Leave the workflow out with --ci none.' : 'Move them, or name another folder.',
    ],
  });
}

interface Begun {
  readonly written: readonly string[];
  /** What the workflow needs besides. */
  readonly setting: string | undefined;
}

function printNextSteps(folder: string, { written, setting }: Begun, io: Io): void {
  const paint = paintFor(io.colours);
  for (const path of written) io.out(`${paint.green('+')} ${printable(path)}\n`);
  const where = folder === 'flags' ? '' : ` ${printable(folder)}`;
  const next = [
    [`lint${where}`, 'check the files'],
    [`test${where}`, 'run the tests beside the flags'],
    [`eval ${FIRST_FLAG}${where}`, "ask for the first flag's value"],
    ['new <key>', 'write a flag of your own'],
  ] as const;
  const width = Math.max(...next.map(([call]) => call.length));
  const lines = next.map(([call, what]) => `  ${io.command} ${call.padEnd(width)}  ${what}\n`);
  const forCi = setting === undefined ? '' : `${setting}, for CI gets the command from it.\n`;
  io.out(
    `\nNext:\n${lines.join('')}${forCi}Then commit, and point a server at the repository: GUIDON_GIT_URL.\n`,
  );
}
