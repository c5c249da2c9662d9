import { fingerprintsOf } from './finding-fingerprints.js';
import { type LintReport, placedIn } from './lint-report.js';
import { messageOf } from './sarif.js';

/** A GitLab code quality report: the widget of a merge request, and marks in its diff. */
export function toCodeQuality({ findings, fromTop }: LintReport): string {
  const prints = fingerprintsOf(findings);
  const issues = findings.map((finding, index) => ({
    description: messageOf(finding),
    check_name: finding.code,
    fingerprint: prints[index],
    severity: finding.severity === 'error' ? 'major' : 'minor',
    location: { path: placedIn(fromTop, finding.path), lines: { begin: finding.line } },
  }));
  return `${JSON.stringify(issues, null, 2)}\n`;
}
