import { toCodeQuality } from './code-quality.js';
import { describeFindings } from './describe-findings.js';
import { toGithubAnnotations } from './github-annotations.js';
import type { LintReport } from './lint-report.js';
import { toSarif } from './sarif.js';

export const REPORT_FORMATS = ['text', 'json', 'sarif', 'github', 'gitlab'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export function writeReport(report: LintReport, format: ReportFormat): string {
  switch (format) {
    case 'text':
      return describeFindings(report);
    case 'json':
      return toJson(report);
    case 'sarif':
      return toSarif(report);
    case 'github':
      return toGithubAnnotations(report);
    case 'gitlab':
      return toCodeQuality(report);
  }
}

function toJson({ folder, files, base, missing, findings }: LintReport): string {
  const past = missing === undefined ? {} : { missingPast: missing };
  return `${JSON.stringify({ folder, files, base, ...past, findings }, null, 2)}\n`;
}
