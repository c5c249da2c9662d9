import { describe, expect, it } from '@jest/globals';
import { editFiles, editTests, type TestsEdit } from './index.js';

const TESTS = `cases:
  # first of all
  - name: serves nobody
    expect: { development: on, production: off } # yet

  - name: lets staff in
    context: { email: ada@acme.example }
    stage: half # of them
    expect:
      production: { variant: on, rule: pilot } # by name
      development: 'on'
`;

const KILL: TestsEdit = { cases: 'all', environments: ['production'], variant: 'off' };

function edited(edit: TestsEdit, text = TESTS): string {
  const result = editTests(text, edit);
  if ('refused' in result) throw new Error(result.refused);
  return result.text;
}

describe('editTests', () => {
  it('changes the expectation that no longer holds, and the rule it named, on its line', () => {
    expect(edited(KILL)).toBe(
      TESTS.replace('production: { variant: on, rule: pilot } # by name', 'production: off # by name'),
    );
  });

  it('keeps quotes and takes all environments', () => {
    expect(edited({ ...KILL, environments: 'all' })).toBe(
      TESTS.replace('development: on', 'development: off')
        .replace('{ variant: on, rule: pilot }', 'off')
        .replace("'on'", "'off'"),
    );
  });

  it('keeps to the cases named', () => {
    expect(edited({ cases: [0], environments: 'all', variant: 'on' })).toBe(
      TESTS.replace('production: off', 'production: on'),
    );
  });

  it('changes a variant that is spelt out without a rule in its place', () => {
    const text = TESTS.replace(', rule: pilot', '');
    expect(edited(KILL, text)).toContain('production: { variant: off } # by name');
  });

  it('takes the stages out where there is no rollout any more, and names the comment that goes', () => {
    const result = editTests(TESTS, { ...KILL, withoutStage: true });
    expect(result).toMatchObject({ lostComments: ['# of them'] });
    expect(result).toHaveProperty('text', expect.not.stringContaining('stage:'));
  });

  it('refuses when nothing changes, and a file that is none', () => {
    expect(editTests(edited(KILL), KILL)).toMatchObject({ code: 'nothing-to-change' });
    expect(editTests('cases: []\n', KILL)).toMatchObject({ code: 'unreadable' });
  });
});

describe('editFiles', () => {
  const FLAG = `type: release
owner: payments
description: A flag
expires: 2027-02-01
safe: off
environments:
  development: on
  production: on # live
`;

  it('changes the tests with the flag, one line each, and leaves alone what stays true', () => {
    const kill = { kind: 'kill', environments: ['production'] } as const;
    const result = editFiles({ flag: FLAG, tests: TESTS }, kill);
    expect(result).toMatchObject({
      flag: FLAG.replace('production: on', 'production: off'),
      tests: edited(KILL),
      lostComments: [],
    });
    expect(editFiles({ flag: FLAG, tests: edited(KILL) }, kill)).not.toHaveProperty('tests');
    expect(editFiles({ flag: FLAG }, kill)).not.toHaveProperty('tests');
  });

  it('lets every case of an archived flag expect what it serves, at no stage', () => {
    const result = editFiles(
      { flag: FLAG, tests: TESTS },
      { kind: 'archive', date: '2026-11-23', serve: 'on' },
    );
    expect(result).toMatchObject({
      flag: expect.stringContaining('archived: 2026-11-23\nserve: on\n'),
      tests: expect.stringContaining('expect: { development: on, production: on } # yet'),
      lostComments: ['# live', '# of them'],
    });
    expect(result).toHaveProperty('tests', expect.not.stringContaining('stage:'));
  });

  it('touches no test for a later date, and refuses with the file that cannot be edited', () => {
    const later = { kind: 'expires', date: '2027-05-01' } as const;
    expect(editFiles({ flag: FLAG, tests: TESTS }, later)).not.toHaveProperty('tests');
    expect(editFiles({ flag: '', tests: TESTS }, later)).toMatchObject({ code: 'unreadable' });
    expect(
      editFiles({ flag: FLAG, tests: 'cases: []\n' }, { kind: 'kill', environments: 'all' }),
    ).toMatchObject({ code: 'unreadable', refused: expect.stringMatching(/^The flag's tests: /) });
  });
});
