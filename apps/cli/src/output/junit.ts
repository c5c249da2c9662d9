import type { TriedFlag } from '@guidon/engine/load';
import type { Flag } from '@guidon/engine/model';
import { describeOutcome } from './describe-outcome.js';

/** The outcome as JUnit XML, which CI systems read: a suite for each flag, a case for each case and environment. */
export function junitXml(tried: readonly TriedFlag[]): string {
  const suites = tried
    .filter(({ outcomes, findings }) => outcomes.length > 0 || findings.length > 0)
    .map(suite);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="guidon">\n${suites.join('')}</testsuites>\n`;
}

function suite({ key, flag, testPath, outcomes, findings }: TriedFlag): string {
  const failures = outcomes.filter(({ passed }) => !passed).length;
  const cases = outcomes.map((outcome) => {
    const { test, environment, passed } = outcome;
    const name = attribute(`${test.name} (${environment})`);
    const opening = `    <testcase classname=${attribute(key)} name=${name} file=${attribute(testPath ?? '')} line="${test.line}"`;
    if (passed) return `${opening}/>\n`;
    const message = attribute(describeOutcome(outcome, flag as Flag));
    return `${opening}>\n      <failure message=${message}/>\n    </testcase>\n`;
  });
  const errors = findings.map(({ path, line, column, code, sentence }) => {
    const message = attribute(`${path}:${line}:${column} ${sentence}`);
    return `    <testcase classname=${attribute(key)} name=${attribute(code)}>\n      <error message=${message}/>\n    </testcase>\n`;
  });
  const totals = `tests="${cases.length + errors.length}" failures="${failures}" errors="${errors.length}"`;
  return `  <testsuite name=${attribute(key)} ${totals}>\n${[...cases, ...errors].join('')}  </testsuite>\n`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML has no way at all to write most control characters. */
function attribute(text: string): string {
  const plain = text.replace(/\p{Cc}|\p{Cs}|[\uFFFE\uFFFF]/gu, ' ');
  return `"${plain.replace(/[&<>"]/g, (character) => ENTITIES[character] as string)}"`;
}
