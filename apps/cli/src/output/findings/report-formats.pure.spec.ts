import type { Finding } from '@guidon/engine/model';
import { describe, expect, it } from '@jest/globals';
import { paintFor } from '../paint.js';
import type { LintReport } from './lint-report.js';
import { writeReport } from './write-report.js';

const FINDING: Finding = {
  path: 'pay,ments/100%: a.yaml',
  line: 7,
  column: 3,
  pointer: '/environments/production/rules/0/serve',
  code: 'unknown-variant',
  severity: 'error',
  sentence: 'Line one\n::error::not a command, 100 % sure.',
};

function report(findings: readonly Finding[]): LintReport {
  const [fromHere, fromTop, folder] = ['flags', 'shop/flags', '/srv/shop/flags'];
  return {
    ...{ findings, folder, fromHere, fromTop, files: 3, compared: 'Compared with nothing.', base: null },
    ...{ paint: paintFor(false), version: '1.2.3', docsUrl: undefined, missing: undefined },
  };
}

const sarifOf = (...findings: Finding[]) =>
  JSON.parse(writeReport(report(findings), 'sarif')).runs[0] as {
    tool: { driver: { rules: { id: string; helpUri?: string }[] } };
    results: { ruleIndex: number; partialFingerprints: object; locations: object[] }[];
  };
const printsOf = (...findings: Finding[]) =>
  sarifOf(...findings).results.map(({ partialFingerprints }) => JSON.stringify(partialFingerprints));

describe('the formats of findings', () => {
  it('let no file write a command of its own into the log of GitHub Actions', () => {
    expect(writeReport(report([FINDING]), 'github')).toBe(
      '::error file=shop/flags/pay%2Cments/100%25%3A a.yaml,line=7,col=3,title=unknown-variant' +
        '::Line one%0A::error::not a command, 100 %25 sure. Declare the variant or correct the name.\n',
    );
    expect(writeReport(report([{ ...FINDING, severity: 'warning' }]), 'github')).toMatch(/^::warning file=/);
  });

  it('give GitLab a report whose paths begin at the top of the repository', () => {
    expect(JSON.parse(writeReport(report([FINDING]), 'gitlab'))).toMatchObject([
      {
        check_name: 'unknown-variant',
        severity: 'major',
        location: { path: 'shop/flags/pay,ments/100%: a.yaml', lines: { begin: 7 } },
        fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    ]);
    expect(writeReport(report([]), 'gitlab')).toBe('[]\n');
  });

  it('write addresses of files that any reader of SARIF can resolve', () => {
    const [result] = sarifOf(FINDING).results;
    expect(result?.locations).toEqual([
      {
        physicalLocation: {
          artifactLocation: {
            uri: 'shop/flags/pay%2Cments/100%25%3A%20a.yaml',
            uriBaseId: '%SRCROOT%',
          },
          region: { startLine: 7, startColumn: 3 },
        },
      },
    ]);
  });

  it('know a finding again when lines and rules before it come and go', () => {
    const moved = { ...FINDING, line: 70, column: 9, pointer: '/environments/production/rules/4/serve' };
    expect(printsOf(moved)).toEqual(printsOf(FINDING));
    const others = [
      { ...FINDING, path: 'b.yaml' },
      { ...FINDING, code: 'unknown-key' },
      { ...FINDING, sentence: 'Something else.' },
      { ...FINDING, pointer: '/environments/staging/rules/0/serve' },
    ];
    expect(new Set(printsOf(FINDING, ...others)).size).toBe(5);
  });

  it('tell two findings apart that say the same', () => {
    const twin = { ...FINDING, line: 12, pointer: '/environments/production/rules/1/serve' };
    expect(new Set(printsOf(FINDING, twin)).size).toBe(2);
  });

  it('name each rule once, also one that this version does not know', () => {
    const run = sarifOf(FINDING, { ...FINDING, line: 9 }, { ...FINDING, code: 'from-the-future' });
    expect(run.tool.driver.rules.map(({ id }) => id)).toEqual(['from-the-future', 'unknown-variant']);
    expect(run.results.map(({ ruleIndex }) => ruleIndex)).toEqual([1, 1, 0]);
    expect(run.tool.driver.rules[1]).not.toHaveProperty('helpUri');
  });
});
