import { relative, resolve, sep } from 'node:path';
import type { Finding } from '@guidon/engine/model';
import { findFlagsFolder, holdsProjectFile } from '../checkout/find-flags-folder.js';
import { loadCompared } from '../checkout/load-compared.js';
import { readBaseline } from '../checkout/read-baseline.js';
import { readFlagsFolder } from '../checkout/read-flags-folder.js';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { entryOf, fixOf } from '../output/finding-advice.js';
import { type Paint, paintFor, printable } from '../output/paint.js';
import { count } from '../output/table.js';

interface LintOptions {
  readonly strict?: true;
  readonly base?: string | false;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  guidon lint                    the flags folder of this checkout
  guidon lint path/to/flags      or one folder or file in it
  guidon lint --base origin/main what has changed since this branch left that one
  guidon lint --strict           for CI: what time alone has caused is an error too
  guidon lint --json             every finding with path, line, column, code

Some changes are refused though the files are good in themselves: a new flag that would be on at once where that is
protected, a share that jumps. They show only against what was there before, so lint compares with the merge base with
the default branch or the upstream, else with HEAD, and says so.
`;

export function addLint({ program, io, finish }: CommandSetup): void {
  program
    .command('lint [path]')
    .description('check every flag file, and run the tests beside the flags')
    .option('--base <commit>', 'compare with this one (a branch: with where HEAD left it)')
    .option('--no-base', 'compare with nothing: judge the files by themselves')
    .option('--strict', 'let expired flags and overdue reviews fail too')
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action(async (path: string | undefined, options: LintOptions) => finish(await lint(path, options, io)));
}

async function lint(path: string | undefined, options: LintOptions, io: Io): Promise<0 | 1> {
  const folder = findFlagsFolder(io, path);
  // Without a project file nothing else can be judged, and whatever lies there is perhaps not ours.
  const files = holdsProjectFile(folder) ? readFlagsFolder(folder) : [];
  const shown = shownPart(folder, path === undefined ? folder : resolve(io.cwd, path));
  const nowMs = io.now();
  const { sentence, base, input, reader } = await readBaseline({
    folder,
    files,
    choice: options.base,
    nowMs,
  });
  const { findings: all } = await loadCompared({ files, nowMs, ...input }, reader);
  const found = all.filter(shown.finding);
  const findings = options.strict === true ? found.map(hardened) : found;
  const failed = findings.some(({ severity }) => severity === 'error');
  const seen = files.filter((file) => shown.path(file.path)).length;
  if (options.json === true) {
    io.out(`${JSON.stringify({ folder, files: seen, base: base ?? null, findings }, null, 2)}\n`);
  } else {
    const paint = paintFor(io.colours);
    const prefix = relative(io.cwd, folder);
    for (const finding of findings) io.out(describeFinding(finding, prefix, paint));
    io.out(`${printable(sentence)}\n${summary(seen, findings, paint)}\n`);
  }
  return failed ? 1 : 0;
}

/** All files are judged, since they lean on each other; only what concerns the path that was named is shown. */
function shownPart(folder: string, named: string) {
  const below = relative(folder, named).split(sep).join('/');
  const whole = below === '' || below.startsWith('..');
  const tests = below.replace(/(\.test)?\.yaml$/, '.test.yaml');
  const path = (one: string) => whole || one === below || one === tests || one.startsWith(`${below}/`);
  // A project file that is refused takes everything with it, so it always shows.
  const finding = (one: Finding) =>
    path(one.path) || (one.path === 'guidon.yaml' && one.severity === 'error');
  return { path, finding };
}

/** Under `--strict` a warning that time alone has caused counts as an error; the server keeps it a warning. */
function hardened(finding: Finding): Finding {
  return entryOf(finding.code)?.timeCaused === true ? { ...finding, severity: 'error' } : finding;
}

/** `path:line:column`, so that editors and terminals can jump there; then what, why and how to mend it. */
export function describeFinding(finding: Finding, prefix: string, paint: Paint): string {
  const { path, line, column, code, severity, sentence } = finding;
  const place = printable(`${prefix === '' ? path : `${prefix}/${path}`}:${line}:${column}`);
  const label = severity === 'error' ? paint.red('error') : paint.yellow('warning');
  const entry = entryOf(code);
  const lines = [`${paint.bold(place)} ${label} ${paint.dim(code)}`, `  ${printable(sentence)}`];
  if (entry !== undefined) lines.push(`  ${paint.dim(`why: ${entry.why}`)}`);
  const fix = fixOf(finding);
  if (fix !== undefined) lines.push(`  fix: ${printable(fix)}`);
  return `${lines.join('\n')}\n\n`;
}

function summary(files: number, findings: readonly Finding[], paint: Paint): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  const seen = count(files, 'file');
  if (findings.length === 0) return `${paint.green('All good')}: ${seen}.`;
  const totals = [
    errors === 0 ? [] : [paint.red(count(errors, 'error'))],
    warnings === 0 ? [] : [paint.yellow(count(warnings, 'warning'))],
  ].flat();
  return `${totals.join(', ')} in ${seen}.`;
}
