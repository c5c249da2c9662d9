import { relative, resolve, sep } from 'node:path';
import type { Finding } from '@guidon/engine/model';
import { Option } from 'commander';
import { checkoutTop } from '../checkout/checkout-top.js';
import { completionWords } from '../checkout/completion-words.js';
import { findFlagsFolder, holdsProjectFile } from '../checkout/find-flags-folder.js';
import { loadCompared } from '../checkout/load-compared.js';
import { missingPast } from '../checkout/missing-past.js';
import { readBaseline } from '../checkout/read-baseline.js';
import { readFlagsFolder } from '../checkout/read-flags-folder.js';
import { CliError } from '../cli-error.js';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { entryOf } from '../output/finding-advice.js';
import { REPORT_FORMATS, type ReportFormat, writeReport } from '../output/findings/write-report.js';
import { paintFor } from '../output/paint.js';
import { readVersion } from '../read-version.js';

interface LintOptions {
  readonly strict?: true;
  readonly base?: string | false;
  readonly format?: ReportFormat;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  guidon lint                    the flags folder of this checkout
  guidon lint path/to/flags      or one folder or file in it
  guidon lint --base origin/main what has changed since this branch left that one
  guidon lint --strict           for CI: what time alone has caused is an error too
  guidon lint --json             every finding with path, line, column, code
  guidon lint --format sarif     for code scanning and editors (SARIF 2.1.0)
  guidon lint --format github    annotations beside the lines, in GitHub Actions
  guidon lint --format gitlab    a code quality report

Some changes are refused though the files are good in themselves: a new flag that would be on at once where that is
protected, a share that jumps. They show only against what was there before, so lint compares with the merge base with
the default branch or the upstream, else with HEAD, and says so.

With GUIDON_DOCS_URL, where the documentation of this version can be read, SARIF links each rule to its page there.
`;

export function addLint({ program, io, finish }: CommandSetup): void {
  program
    .command('lint [path]')
    .description('check every flag file, and run the tests beside the flags')
    .option('--base <commit>', 'compare with this one (a branch: with where HEAD left it)')
    .option('--no-base', 'compare with nothing: judge the files by themselves')
    .option('--strict', 'let expired flags, overdue reviews and full budgets fail too')
    .addOption(new Option('--format <format>', 'how to print the findings').choices(REPORT_FORMATS))
    .option('--json', 'the same as --format json')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action(async (path: string | undefined, options: LintOptions) => finish(await lint(path, options, io)));
}

async function lint(path: string | undefined, options: LintOptions, io: Io): Promise<0 | 1> {
  const format = formatOf(options);
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
  const { findings: all, snapshot } = await loadCompared({ files, nowMs, ...input }, reader);
  const found = all.filter(shown.finding);
  const findings = options.strict === true ? found.map(hardened) : found;
  const report = {
    findings,
    folder,
    files: files.filter((file) => shown.path(file.path)).length,
    fromHere: forward(relative(io.cwd, folder)),
    fromTop: forward(relative(checkoutTop(folder) ?? io.cwd, folder)),
    compared: [sentence, ...completionWords(input.previous, snapshot)].join(' '),
    base: base ?? null,
    paint: paintFor(io.colours),
    version: readVersion(),
    docsUrl: docsUrlOf(io),
    missing: await missingPast(folder),
  };
  io.out(writeReport(report, format));
  // Services that read the other two have no place for what concerns no file.
  if (report.missing !== undefined && (format === 'sarif' || format === 'gitlab'))
    io.err(`${report.missing.sentence} ${report.missing.fix}\n`);
  return findings.some(({ severity }) => severity === 'error') ? 1 : 0;
}

function formatOf({ format, json }: LintOptions): ReportFormat {
  if (json === true && format !== undefined && format !== 'json')
    throw new CliError(`--json and --format ${format} cannot both be given.`, { usage: true });
  return json === true ? 'json' : (format ?? 'text');
}

function docsUrlOf({ env }: Io): string | undefined {
  const given = env.GUIDON_DOCS_URL;
  if (given === undefined || given === '') return undefined;
  if (/^https?:\/\/\S+$/.test(given)) return given.replace(/\/+$/, '');
  throw new CliError(`GUIDON_DOCS_URL wants an address such as https://…, not ${given}.`, { usage: true });
}

function forward(path: string): string {
  return path.split(sep).join('/');
}

/** All files are judged, since they lean on each other; only what concerns the path that was named is shown. */
function shownPart(folder: string, named: string) {
  const below = forward(relative(folder, named));
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
