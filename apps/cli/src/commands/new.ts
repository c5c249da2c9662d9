import { join, relative } from 'node:path';
import { load } from '@guidon/engine/load';
import type { Finding, Project, SourceFile } from '@guidon/engine/model';
import { gitEmail } from '@guidon/git';
import { askFlag, type FlagOptions } from '../authoring/ask-flag.js';
import { flagText, testText } from '../authoring/flag-files.js';
import { flagPath } from '../authoring/flag-path.js';
import { findFlagsFolder } from '../checkout/find-flags-folder.js';
import { missingPast } from '../checkout/missing-past.js';
import { readFlagsFolder } from '../checkout/read-flags-folder.js';
import { takenKeys } from '../checkout/used-keys.js';
import { createFile } from '../checkout/write-file.js';
import { CliError } from '../cli-error.js';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { paintFor, printable } from '../output/paint.js';

interface NewOptions extends FlagOptions {
  readonly folder?: string;
  readonly dir?: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  guidon new one-click-buy
                                 asks for what it must know
  guidon new one-click-buy --owner checkout --description "Buy with one click" --folder checkout
  guidon new search-order --type experiment --variants clicks=by-clicks,text=by-text --safe text --owner search \\
    --description "Order of the search results"

It writes the flag and its first test, both in form and free of findings. A key that any folder has, in any case, or that
a deleted flag once had, is refused: forgotten code would take the new flag for the old one.
`;

export function addNew({ program, io, finish }: CommandSetup): void {
  program
    .command('new <key>')
    .description('write a new flag and its first test')
    .option('--type <type>', 'release, experiment or ops (default: release)')
    .option('--owner <team>', 'a team that guidon.yaml declares (default: the one you are a member of)')
    .option('--description <text>', 'what it does, in one sentence')
    .option(
      '--expires <date>',
      'when it expires; of an ops flag, is looked at again (default: limits.ageDays from now)',
    )
    .option('--variants <list>', 'name=value,name=value (default: on,off)')
    .option('--safe <variant>', 'what is served when it is killed or in doubt (default: off, else the first)')
    .option(
      '--on <environments>',
      'where it is on from the start, or none (default: the first unprotected one)',
    )
    .option('--folder <folder>', 'below the flags folder (default: its top)')
    .option('--dir <dir>', 'the flags folder (default: found from here)')
    .option('--json', 'print the paths as JSON')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action(async (key: string, options: NewOptions) => {
      await writeNew(key, options, io);
      finish(0);
    });
}

async function writeNew(key: string, options: NewOptions, io: Io): Promise<void> {
  const folder = findFlagsFolder(io, options.dir);
  const files = readFlagsFolder(folder);
  const path = flagPath(key, options.folder);
  await refuseTaken(key, folder, files);
  const project = projectOf(folder, files, io);
  const email = await gitEmail(folder, { ...io.env });
  const flag = await askFlag(io, options, { project, email });
  const texts = new Map([
    [`${path}.yaml`, flagText(flag)],
    [`${path}.test.yaml`, testText(flag)],
  ]);
  refuseFindings(files, texts, io.now());
  for (const [own, text] of texts) createFile(join(folder, own), text);
  report(
    [...texts.keys()].map((own) => relative(io.cwd, join(folder, own))),
    { key, folder, options },
    io,
  );
}

async function refuseTaken(key: string, folder: string, files: readonly SourceFile[]): Promise<void> {
  const taken = (await takenKeys(folder, files)).get(key.toLowerCase());
  if (taken === undefined) return refuseWithoutPast(key, folder);
  throw new CliError(
    taken.deleted
      ? `The key ${key} was used before, by ${taken.path}, and a key is never used again. Choose another one.`
      : `There is a flag with the key ${key} already: ${taken.path}. Choose another key.`,
    { code: 'key-taken' },
  );
}

/** Whether a deleted flag had the key shows only where the whole history is. */
async function refuseWithoutPast(key: string, folder: string): Promise<void> {
  const missing = await missingPast(folder);
  if (missing === undefined) return;
  throw new CliError(
    `Whether a deleted flag had the key ${key} cannot be seen, so nothing was written. ${missing.sentence}`,
    { code: 'shallow-clone', details: [missing.fix] },
  );
}

function projectOf(folder: string, files: readonly SourceFile[], io: Io): Project {
  const { snapshot, findings } = load({ files, nowMs: io.now() });
  if (snapshot !== undefined) return snapshot.project;
  throw new CliError(`There is no usable guidon.yaml in ${folder}; begin with: ${io.command} init`, {
    code: 'project-refused',
    details: described(findings.filter(({ path }) => path === 'guidon.yaml')),
  });
}

/** Judges the new files among the others as lint would; what was wrong before is not their fault. */
function refuseFindings(
  files: readonly SourceFile[],
  texts: ReadonlyMap<string, string>,
  nowMs: number,
): void {
  const added = [...texts].map(([path, text]) => ({ path, blob: path, bytes: Buffer.from(text) }));
  const found = load({ files: [...files, ...added], nowMs }).findings;
  const errors = found.filter(({ path, severity }) => severity === 'error' && texts.has(path));
  if (errors.length > 0)
    throw new CliError('With these answers the flag would be refused.', {
      usage: true,
      details: described(errors),
    });
}

function described(findings: readonly Finding[]): string[] {
  return findings.map(({ path, line, column, sentence }) => `${path}:${line}:${column} ${sentence}`);
}

function report(
  written: readonly string[],
  { key, folder, options }: { key: string; folder: string; options: NewOptions },
  io: Io,
): void {
  if (options.json === true) {
    io.out(`${JSON.stringify({ flag: key, folder, written }, null, 2)}\n`);
    return;
  }
  const paint = paintFor(io.colours);
  for (const path of written) io.out(`${paint.green('+')} ${printable(path)}\n`);
  const [flag = '', test = ''] = written;
  io.out(`
Next: ${io.command} test ${printable(test)}
Say in ${printable(flag)} who gets what; a new flag begins at its safe variant where that is protected.
`);
}
