import { join, relative } from 'node:path';
import { changedMeaning, formatFile } from '@guidon/engine/format';
import type { Finding, SourceFile } from '@guidon/engine/model';
import { chooseFiles } from '../checkout/choose-files.js';
import { readFlagsFolder } from '../checkout/read-flags-folder.js';
import { replaceFile } from '../checkout/write-file.js';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { describeFinding } from '../output/findings/describe-findings.js';
import { lineDiff } from '../output/line-diff.js';
import { paintFor, printable } from '../output/paint.js';
import { count } from '../output/table.js';

interface FmtOptions {
  readonly check?: true;
  readonly diff?: true;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  guidon fmt                     every file of the flags folder
  guidon fmt flags/payments      or of one folder in it, or single files
  guidon fmt --check             for CI: writes nothing, names what would change, exits 1
  guidon fmt --check --diff      and shows how

There is one form and nothing to set: keys in order, two spaces, at most one blank line, lines of 120 columns. Comments
stay with what they speak of, and a file whose meaning or comments would not be the same afterwards is left alone.
`;

export function addFmt({ program, io, finish }: CommandSetup): void {
  program
    .command('fmt [paths...]')
    .description('write flag files in their one form, comments kept')
    .option('--check', 'write nothing, and fail if anything would change')
    .option('--diff', 'show the lines that change')
    .option('--json', 'print the outcome as JSON')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action((paths: readonly string[], options: FmtOptions) => finish(fmt(paths, options, io)));
}

interface Change {
  readonly file: SourceFile;
  readonly text: string;
}

interface Outcome {
  readonly seen: number;
  readonly changes: readonly Change[];
  readonly findings: readonly Finding[];
  /** Files that are left alone because their new text would not be the same file. */
  readonly refused: readonly { readonly path: string; readonly why: string }[];
}

function fmt(paths: readonly string[], options: FmtOptions, io: Io): 0 | 1 {
  const { folder, has } = chooseFiles(io, paths);
  const files = readFlagsFolder(folder);
  const outcome = format(files, has, io.now());
  if (options.check !== true) {
    for (const { file, text } of outcome.changes)
      replaceFile(join(folder, file.path), { from: file.bytes, to: text, id: io.newId() });
  }
  if (options.json === true) printJson({ folder, outcome, options }, io);
  else print({ folder, outcome, options }, io);
  const failed = outcome.findings.length > 0 || outcome.refused.length > 0;
  return failed || (options.check === true && outcome.changes.length > 0) ? 1 : 0;
}

function format(files: readonly SourceFile[], has: (path: string) => boolean, nowMs: number): Outcome {
  const changes: Change[] = [];
  const findings: Finding[] = [];
  const refused: { path: string; why: string }[] = [];
  let seen = 0;
  for (const file of files.filter(({ path }) => has(path))) {
    const result = formatFile(file);
    if (result === undefined) continue;
    seen += 1;
    if (result.kind === 'unreadable') findings.push(...result.findings);
    else if (result.kind === 'unsafe') refused.push({ path: file.path, why: result.why });
    else if (!Buffer.from(result.text).equals(file.bytes)) changes.push({ file, text: result.text });
  }
  const other = new Set(meaningChanges(files, changes, nowMs));
  for (const path of other) refused.push({ path, why: 'the flag would be another one' });
  return { seen, changes: changes.filter(({ file }) => !other.has(file.path)), findings, refused };
}

/** Compares what the whole folder means before and after, as a server would load it. */
function meaningChanges(files: readonly SourceFile[], changes: readonly Change[], nowMs: number): string[] {
  if (changes.length === 0) return [];
  const texts = new Map(changes.map(({ file, text }) => [file.path, text]));
  const after = files.map((file) => {
    const text = texts.get(file.path);
    return text === undefined ? file : { ...file, bytes: Buffer.from(text), blob: `formatted ${file.path}` };
  });
  return changedMeaning(files, after, nowMs);
}

interface Report {
  readonly folder: string;
  readonly outcome: Outcome;
  readonly options: FmtOptions;
}

function printJson({ folder, outcome, options }: Report, io: Io): void {
  const { seen, changes, findings, refused } = outcome;
  const changed = changes.map(({ file, text }) => ({
    path: file.path,
    ...(options.diff === true ? { diff: diffOf(file, text) } : {}),
  }));
  const document = { folder, files: seen, written: options.check !== true, changed, refused, findings };
  io.out(`${JSON.stringify(document, null, 2)}\n`);
}

function print({ folder, outcome, options }: Report, io: Io): void {
  const { seen, changes, findings, refused } = outcome;
  const paint = paintFor(io.colours);
  const prefix = relative(io.cwd, folder);
  const shown = (path: string) => printable(prefix === '' ? path : `${prefix}/${path}`);
  for (const finding of findings) io.out(describeFinding(finding, prefix, paint));
  for (const { path, why } of refused) {
    io.out(`${paint.bold(shown(path))} ${paint.red('left alone')}: ${printable(why)}.\n`);
    io.out('  fix: Format it by hand, and report the file: this should not happen.\n\n');
  }
  for (const { file, text } of changes) {
    io.out(`${paint.bold(shown(file.path))}\n`);
    if (options.diff === true) printDiff(diffOf(file, text), io);
  }
  const what = options.check === true ? 'would change' : 'written';
  const left = new Set([...findings.map(({ path }) => path), ...refused.map(({ path }) => path)]).size;
  const next = options.check === true && changes.length > 0 ? ` Write them with: ${io.command} fmt` : '';
  io.out(
    changes.length + left === 0
      ? `${paint.green('All in form')}: ${count(seen, 'file')}.\n`
      : `${changes.length} ${what}${left === 0 ? '' : `, ${left} left alone`}, of ${count(seen, 'file')}.${next}\n`,
  );
}

function printDiff(lines: readonly string[], io: Io): void {
  const paint = paintFor(io.colours);
  for (const line of lines) {
    const colour = line.startsWith('-') ? paint.red : line.startsWith('+') ? paint.green : paint.dim;
    io.out(`  ${colour(printable(line))}\n`);
  }
}

function diffOf(file: SourceFile, text: string): string[] {
  return lineDiff(Buffer.from(file.bytes).toString('utf8'), text);
}
