import { expect, it } from '@jest/globals';
import { formatText } from '../format/format-text.js';
import { codesOf, release, scenario } from '../language/scenario.js';

const CONFLICT =
  'environments:\n<<<<<<< HEAD\n  development: on\n||||||| base\n=======\n  production: on\n>>>>>>> feature\n';

it('says once of a file that its merge is not finished, at the first marker', () => {
  const { findings } = scenario({ 'a.yaml': release(CONFLICT) }).result;
  expect(findings).toMatchObject([
    {
      ...{ code: 'conflict-marker', path: 'a.yaml', line: 7, column: 1 },
      sentence: 'The merge is not finished: this line begins with the conflict marker "<<<<<<<".',
    },
  ]);
  expect(findings).toHaveLength(1);
  expect(codesOf(release(CONFLICT).replaceAll('\n', '\r\n'))).toEqual(['conflict-marker']);
});

it('finds a marker that was left behind alone', () => {
  expect(codesOf(release('environments:\n  development: on\n>>>>>>> feature\n'))).toEqual([
    'conflict-marker',
  ]);
});

it('takes no other line for a marker', () => {
  const quiet = '# ======= the environments =======\nenvironments:\n  # <<<<<<< HEAD\n  development: on\n';
  expect(codesOf(release(quiet))).toEqual([]);
  expect(codesOf(release('=========\n'))).not.toContain('conflict-marker');
});

it('leaves the file to its author when it is formatted', () => {
  expect(formatText('a.yaml', release(CONFLICT), 'flag')).toMatchObject({
    ...{ kind: 'unreadable', findings: [{ code: 'conflict-marker', line: 7 }] },
  });
});
