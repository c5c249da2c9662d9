import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { BEST_FLAG, BEST_PROJECT, BEST_REST, BEST_TEST } from '../language/best-files.js';
import { placeOf } from '../load/file-place.js';
import type { FileKind } from '../schema/index.js';
import { formatText } from './index.js';

const SAMPLE = fileURLToPath(new URL('../../../../flags', import.meta.url));

test('leaves the files of the sample shop as they are', () => {
  const paths = readdirSync(SAMPLE, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.yaml'),
  );
  expect(paths.length).toBeGreaterThan(40);
  for (const path of paths) {
    const text = readFileSync(join(SAMPLE, path), 'utf8');
    const { kind } = placeOf(path.replaceAll('\\', '/')) as { kind: FileKind };
    expect(formatText(path, text, kind)).toEqual({ kind: 'formatted', text });
  }
});

test("leaves the language's own best files as they are", () => {
  const best: readonly (readonly [FileKind, string])[] = [
    ['flag', BEST_FLAG],
    ['project', BEST_PROJECT],
    ['test', BEST_TEST],
    ['flag', BEST_REST['payments/payments-v2.yaml']],
    ['segment', BEST_REST['segments/staff.yaml']],
  ];
  for (const [kind, text] of best)
    expect(formatText('a.yaml', text, kind)).toEqual({ kind: 'formatted', text });
});
