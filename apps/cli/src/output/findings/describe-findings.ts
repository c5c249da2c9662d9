import type { Finding } from '@guidon/engine/model';
import { entryOf, fixOf } from '../finding-advice.js';
import { type Paint, printable } from '../paint.js';
import { count } from '../table.js';
import { type LintReport, placedIn } from './lint-report.js';

/** For a person: every finding, then with what the files were compared, then the totals. */
export function describeFindings(report: LintReport): string {
  const { findings, fromHere, compared, files, missing, paint } = report;
  const told = findings.map((finding) => describeFinding(finding, fromHere, paint));
  const past = missing === undefined ? '' : `${paint.yellow(missing.sentence)} ${missing.fix}\n`;
  return `${told.join('')}${printable(compared)}\n${past}${summary(files, findings, paint)}\n`;
}

/** `path:line:column`, so that editors and terminals can jump there; then what, why and how to mend it. */
export function describeFinding(finding: Finding, prefix: string, paint: Paint): string {
  const { path, line, column, code, severity, sentence } = finding;
  const place = printable(`${placedIn(prefix, path)}:${line}:${column}`);
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
