import type { Finding } from '@guidon/engine/model';
import { type LintReport, placedIn } from './lint-report.js';
import { messageOf } from './sarif.js';

/**
 * Workflow commands that GitHub Actions turns into annotations beside the lines. GitHub shows ten errors and ten
 * warnings of a step; all of them stand in its log.
 */
export function toGithubAnnotations({ findings, fromTop, missing }: LintReport): string {
  const past =
    missing === undefined
      ? ''
      : `::warning title=shallow clone::${data(`${missing.sentence} ${missing.fix}`)}\n`;
  return past + findings.map((finding) => annotation(finding, placedIn(fromTop, finding.path))).join('');
}

function annotation(finding: Finding, file: string): string {
  const { severity, line, column, code } = finding;
  const where = `file=${property(file)},line=${line},col=${column},title=${property(code)}`;
  return `::${severity} ${where}::${data(messageOf(finding))}\n`;
}

/** A line break in a file's words must not begin a command of its own. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
