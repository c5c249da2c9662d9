import { relative } from 'node:path';
import { load } from '@guidon/engine/load';
import type { Finding, SourceFile } from '@guidon/engine/model';
import { FINDING_CODES, type FindingCodeEntry } from '@guidon/engine/schema';
import { findFlagsFolder } from '../checkout/find-flags-folder.js';
import { readFlagsFolder } from '../checkout/read-flags-folder.js';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { type Paint, paintFor, printable } from '../output/paint.js';
import { count } from '../output/table.js';

interface LintOptions {
  readonly strict?: true;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  guidon lint                    the flags folder of this checkout
  guidon lint path/to/flags
  guidon lint --strict           for CI: what time alone has caused is an error too
  guidon lint --json             every finding with path, line, column, code
`;

const CODES: { readonly [code: string]: FindingCodeEntry } = FINDING_CODES;

export function addLint({ program, io, finish }: CommandSetup): void {
  program
    .command('lint [dir]')
    .description('check every flag file, and run the tests beside the flags')
    .option('--strict', 'let expired flags and overdue reviews fail too')
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action((dir: string | undefined, options: LintOptions) => finish(lint(dir, options, io)));
}

function lint(dir: string | undefined, options: LintOptions, io: Io): 0 | 1 {
  const folder = findFlagsFolder(io.cwd, dir);
  const files = readFlagsFolder(folder);
  const { findings: found } = load({ files, nowMs: io.now() });
  const findings = options.strict === true ? found.map(hardened) : found;
  const failed = findings.some(({ severity }) => severity === 'error');
  if (options.json === true) {
    io.out(`${JSON.stringify({ folder, files: files.length, findings }, null, 2)}\n`);
  } else {
    const paint = paintFor(io.colours);
    const prefix = relative(io.cwd, folder);
    for (const finding of findings) io.out(describeFinding(finding, prefix, paint));
    io.out(`${summary(files, findings, paint)}\n`);
  }
  return failed ? 1 : 0;
}

/** Under `--strict` a warning that time alone has caused counts as an error; the server keeps it a warning. */
function hardened(finding: Finding): Finding {
  return CODES[finding.code]?.timeCaused === true ? { ...finding, severity: 'error' } : finding;
}

/** `path:line:column`, so that editors and terminals can jump there; then what, why and how to mend it. */
export function describeFinding(finding: Finding, prefix: string, paint: Paint): string {
  const { path, line, column, code, severity, sentence } = finding;
  const place = printable(`${prefix === '' ? path : `${prefix}/${path}`}:${line}:${column}`);
  const label = severity === 'error' ? paint.red('error') : paint.yellow('warning');
  const entry = Object.hasOwn(CODES, code) ? CODES[code] : undefined;
  const lines = [`${paint.bold(place)} ${label} ${paint.dim(code)}`, `  ${printable(sentence)}`];
  if (entry !== undefined) lines.push(`  ${paint.dim(`why: ${entry.why}`)}`);
  const fix = finding.fix ?? entry?.fix;
  if (fix !== undefined) lines.push(`  fix: ${printable(fix)}`);
  return `${lines.join('\n')}\n\n`;
}

function summary(files: readonly SourceFile[], findings: readonly Finding[], paint: Paint): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  const seen = count(files.length, 'file');
  if (findings.length === 0) return `${paint.green('All good')}: ${seen}.`;
  const totals = [
    errors === 0 ? [] : [paint.red(count(errors, 'error'))],
    warnings === 0 ? [] : [paint.yellow(count(warnings, 'warning'))],
  ].flat();
  return `${totals.join(', ')} in ${seen}.`;
}
