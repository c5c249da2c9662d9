import type { Finding } from '@guidon/engine/model';
import { entryOf, fixOf } from '../finding-advice.js';
import { fingerprintsOf } from './finding-fingerprints.js';
import { type LintReport, placedIn } from './lint-report.js';

/** OASIS Standard "SARIF Version 2.1.0 Plus Errata 01": where its schema lies. */
const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** The findings as a SARIF 2.1.0 log, for code scanning of Git hosts and for editors. */
export function toSarif(report: LintReport): string {
  const codes = [...new Set(report.findings.map(({ code }) => code))].sort();
  const prints = fingerprintsOf(report.findings);
  const run = {
    tool: {
      driver: {
        name: 'guidon',
        semanticVersion: report.version,
        ...(report.docsUrl === undefined ? {} : { informationUri: report.docsUrl }),
        rules: codes.map((code) => ruleOf(code, report.docsUrl)),
      },
    },
    columnKind: 'utf16CodeUnits',
    results: report.findings.map((finding, index) => ({
      ruleId: finding.code,
      ruleIndex: codes.indexOf(finding.code),
      level: finding.severity,
      message: { text: messageOf(finding) },
      locations: [{ physicalLocation: locationOf(finding, report) }],
      partialFingerprints: { 'guidonFinding/v1': prints[index] },
    })),
  };
  return `${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, null, 2)}\n`;
}

function ruleOf(code: string, docsUrl: string | undefined) {
  const entry = entryOf(code);
  if (entry === undefined) return { id: code };
  const { title, why, fix, severity } = entry;
  return {
    id: code,
    shortDescription: { text: `${title}.` },
    fullDescription: { text: why },
    help: { text: `${why} ${fix}`, markdown: `**Why:** ${why}\n\n**Fix:** ${fix}` },
    // The standard wants an absolute address, so there is none unless somebody says where the pages are.
    ...(docsUrl === undefined ? {} : { helpUri: `${docsUrl}/findings.md#${code}` }),
    defaultConfiguration: { level: severity },
  };
}

export function messageOf(finding: Finding): string {
  const fix = fixOf(finding);
  return fix === undefined ? finding.sentence : `${finding.sentence} ${fix}`;
}

function locationOf({ path, line, column }: Finding, { fromTop }: LintReport) {
  const uri = placedIn(fromTop, path).split('/').map(encodeURIComponent).join('/');
  return {
    artifactLocation: { uri, uriBaseId: '%SRCROOT%' },
    region: { startLine: line, startColumn: column },
  };
}
