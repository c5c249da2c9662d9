import type { Finding } from '@guidon/engine/model';
import { expect, it } from '@jest/globals';
import { SILENT_LOG } from '../kernel/log/log.js';
import { type Judged, reportRevision } from './report-revision.js';

const finding = (line: number, severity: Finding['severity'] = 'error'): Finding => ({
  ...{ path: 'pay/checkout.yaml', line, column: 3, pointer: '', severity },
  ...{ code: 'unknown-team', sentence: `No team number ${line}.` },
});

function told(state: Judged['record']['state'], findings: readonly Finding[]) {
  const lines: { level: string; fields: object; message: string }[] = [];
  const to = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, fields, message });
  reportRevision(
    { ...SILENT_LOG, info: to('info'), warn: to('warn') },
    {
      record: { commit: 'a'.repeat(40), state, findingCount: findings.length },
      ...{ findings, folder: 'flags', tookMs: 12.4, lockedMs: 1.6, steps: { load: 7 } },
    },
  );
  return lines;
}

it('warns with place, code and sentence of the first errors when files were refused', () => {
  for (const state of ['partly', 'rejected', 'held'] as const) {
    const findings = [finding(1, 'warning'), ...[2, 3, 4, 5, 6, 7].map((line) => finding(line))];
    expect(told(state, findings)).toEqual([
      {
        level: 'warn',
        fields: {
          ...{ commit: 'a'.repeat(40), state, findingCount: 7, tookMs: 12, lockedMs: 2, steps: { load: 7 } },
          findings: [2, 3, 4, 5, 6].map(
            (line) => `flags/pay/checkout.yaml:${line} unknown-team: No team number ${line}.`,
          ),
        },
        message: expect.any(String),
      },
    ]);
  }
});

it('says quietly that a revision was accepted', () => {
  expect(told('accepted', [finding(1, 'warning')])).toMatchObject([
    { level: 'info', message: 'revision published' },
  ]);
});
