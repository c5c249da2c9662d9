import { expect, test } from '@jest/globals';
import type { SourceFile } from '../model/index.js';
import { evaluateDry } from './dry-evaluation.js';
import { load } from './load.js';

const NOW = Date.parse('2026-11-23T12:00:00Z');

function file(path: string, text: string): SourceFile {
  return { path, blob: path, bytes: new TextEncoder().encode(text) };
}

test('looks again at a flag that was sound before when the segment that it names is gone', () => {
  const files = [
    file(
      'guidon.yaml',
      'project: shop\ntimezone: UTC\nenvironments:\n  - id: dev\nattributes: { country: string }\nteams:\n  shop: { members: [ada@acme.example] }\n',
    ),
    file('segments/north.yaml', 'owner: shop\ndescription: Up north\nwhen: { country: [NO] }\n'),
    file(
      'a.yaml',
      'type: release\nowner: shop\ndescription: A flag\nexpires: 2027-01-31\nsafe: off\nenvironments:\n  dev:\n    rules:\n      - { id: north, when: { segment: north }, serve: on }\n    serve: off\n',
    ),
  ];
  const { snapshot, findings } = load({ files, nowMs: NOW });
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(evaluateDry(snapshot!, NOW)).toEqual([]);
  expect(evaluateDry({ ...snapshot!, segments: new Map() }, NOW)).toEqual([
    { key: 'a', sentence: 'In "dev" the flag answers with GENERAL.' },
  ]);
});
