import { describe, expect, it } from '@jest/globals';
import { diffSnapshots, type EnvironmentChange, movesOnlyTowardSafe } from '../diff/index.js';
import { release, scenario } from '../language/scenario.js';
import { positionAt } from '../load/index.js';
import { type EditResult, editFlag, type FlagEdit } from './index.js';

const COMMENTED = `# Replaces the four-step checkout. Ask before touching production.
type: release   # three spaces
owner: payments
description: "A flag: quoted"
expires: '2027-02-01' # not before the spring
safe: off # when killed
by: accountId

environments:
  # people try things here
  development: on # everybody
  production:
    # rules come first
    rules: # in this order
      # they send no basket id
      - id: old-apps # really old
        when: { platform: [ios, android], appVersion: { lt: 2.10.0 } }
        serve: off
      # the pilot
      - id: pilot
        when:
          # the north
          store.country: [NO, SE]
        percent: 12.5 # the others go on
        serve: on # yes
    # then it grows
    rollout: { to: on, plan: careful }
    serve: off # everyone else
# the end
`;

function textOf(result: EditResult): string {
  if ('refused' in result) throw new Error(result.refused);
  return result.text;
}

function edited(text: string, edit: FlagEdit): string {
  return textOf(editFlag(text, edit));
}

/** Lines that only the one or only the other text has, in order, as a diff shows them. */
function changedLines(before: string, after: string): string[] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  return [
    ...a.slice(start, a.length - end).map((line) => `-${line}`),
    ...b.slice(start, b.length - end).map((line) => `+${line}`),
  ];
}

function diff(before: string, after: string) {
  const shop = scenario({ 'a.yaml': before });
  expect(shop.errors).toEqual([]);
  // A rollout that is taken out has been finished, otherwise its last line would be a jump.
  const position = positionAt(shop.flag('a'), 'production', 'done');
  const positions = position === undefined ? [] : [position];
  const next = scenario({ 'a.yaml': after }, { previous: shop.snapshot, positions });
  expect(next.errors).toEqual([]);
  return diffSnapshots(shop.snapshot, next.snapshot);
}

const KILL: FlagEdit = { kind: 'kill', environments: ['production'] };
const RULE = '{ id: killed, when: { now: { exists: true } }, serve: off }';

describe('kill', () => {
  it('adds one line to a file full of comments and keeps all of them', () => {
    const after = edited(COMMENTED, KILL);
    expect(changedLines(COMMENTED, after)).toEqual([`+      - ${RULE}`]);
    expect(after).toContain(`rules: # in this order\n      - ${RULE}\n      # they send no basket id\n`);
  });

  it('serves safe to everybody at any time, in that environment only', () => {
    const shop = scenario({ 'a.yaml': edited(COMMENTED, KILL) });
    expect(shop.errors).toEqual([]);
    const contexts = [{}, { accountId: 'acct-1' }, { 'store.country': 'NO', accountId: 'acct-7' }];
    for (const context of contexts) {
      for (const stage of [undefined, 'staff', 'done']) {
        for (const now of ['1970-01-01T00:00:00Z', '2999-01-01T00:00:00Z']) {
          const question = { context, now, ...(stage === undefined ? {} : { stage }) };
          expect(shop.ask('a', 'production', question)).toMatchObject({ variant: 'off', ruleId: 'killed' });
        }
      }
    }
    expect(shop.variant('a', 'development')).toBe('on');
  });

  it('is seen to move only toward safe, so that a freeze lets it pass', () => {
    const changes = diff(COMMENTED, edited(COMMENTED, KILL));
    expect(changes).toEqual([
      { flag: 'a', environment: 'production', kind: 'rule-added', rule: 'killed', outcome: { serve: 'off' } },
    ]);
    expect(movesOnlyTowardSafe(changes, scenario({ 'a.yaml': COMMENTED }).snapshot)).toBe(true);
  });

  it('changes the one word where an environment has no more to it', () => {
    const text = release('environments:\n  production: on # live\n  development: { serve: "on" }\n');
    const after = edited(text, { kind: 'kill', environments: 'all' });
    expect(changedLines(text, after)).toEqual([
      '-  production: on # live',
      '-  development: { serve: "on" }',
      '+  production: off # live',
      '+  development: { serve: "off" }',
    ]);
  });

  it('brings its own list of rules where there was none', () => {
    const block = release('environments:\n  production: # half\n    split: { on: 50, off: 50 }\n');
    expect(changedLines(block, edited(block, KILL))).toEqual([`+    rules: [${RULE}]`]);
    const flow = release('environments: { production: { split: { on: 50, off: 50 } } }\n');
    expect(edited(flow, KILL)).toContain(`production: { rules: [${RULE}], split: { on: 50, off: 50 } }`);
    for (const text of [block, flow]) expect(diff(text, edited(text, KILL))).toHaveLength(1);
  });

  it('keeps the style of lists in brackets', () => {
    const tight = release(
      'environments: { production: { rules: [{ id: a, when: { orders: 1 }, serve: on }], serve: off } }\n',
    );
    expect(edited(tight, KILL)).toContain(`rules: [${RULE}, { id: a,`);
    const wide = tight.replace('[{', '[\n    { ').replace('}],', '}\n    ],');
    expect(edited(wide, KILL)).toContain(`rules: [ ${RULE},\n    {  id: a,`);
    expect(diff(wide, edited(wide, KILL))).toHaveLength(1);
  });

  it('takes another id where a rule has that name already', () => {
    const text = COMMENTED.replace('id: pilot', 'id: killed');
    expect(edited(text, KILL)).toContain('id: killed-2,');
  });

  it('refuses when everybody gets safe already', () => {
    const killed = edited(COMMENTED, KILL);
    for (const text of [killed, release(), release('environments: { production: off }\n')])
      expect(editFlag(text, KILL)).toMatchObject({ code: 'nothing-to-change' });
  });

  it('kills an archived flag everywhere or not at all', () => {
    const text = release('archived: 2026-09-30\nserve: on # for the old app\n');
    expect(editFlag(text, KILL)).toMatchObject({ code: 'by-hand' });
    const after = edited(text, { kind: 'kill', environments: 'all' });
    expect(changedLines(text, after)).toEqual([
      '-serve: on # for the old app',
      '+serve: off # for the old app',
    ]);
  });

  it('refuses beyond the limit of rules', () => {
    const rules = Array.from({ length: 100 }, (_, n) => `{ id: r${n}, when: { orders: ${n} }, serve: on }`);
    const text = release(`environments: { production: { rules: [${rules.join(', ')}], serve: off } }\n`);
    expect(editFlag(text, KILL)).toMatchObject({ code: 'by-hand' });
  });
});

describe('serve, percent, expires', () => {
  const serve = (variant: string, environment = 'production'): FlagEdit => ({
    kind: 'serve',
    environment,
    variant,
  });

  it('changes one word and keeps quotes, spaces and the comment behind it', () => {
    const after = edited(COMMENTED, { kind: 'expires', date: '2027-05-01' });
    expect(changedLines(COMMENTED, after)).toEqual([
      "-expires: '2027-02-01' # not before the spring",
      "+expires: '2027-05-01' # not before the spring",
    ]);
    expect(diff(COMMENTED, after)).toEqual([{ flag: 'a', kind: 'details', fields: ['expires'] }]);
  });

  it('changes one percentage on one line', () => {
    const edit: FlagEdit = { kind: 'percent', environment: 'production', rule: 'pilot', percent: 20 };
    const after = edited(COMMENTED, edit);
    expect(changedLines(COMMENTED, after)).toEqual([
      '-        percent: 12.5 # the others go on',
      '+        percent: 20 # the others go on',
    ]);
    expect(diff(COMMENTED, after)).toMatchObject([{ kind: 'rule-percent', from: 12.5, to: 20 }]);
  });

  it('writes a percentage that was not there on a line of its own', () => {
    const edit: FlagEdit = { kind: 'percent', environment: 'production', rule: 'old-apps', percent: 50 };
    expect(changedLines(COMMENTED, edited(COMMENTED, edit))).toEqual(['+        percent: 50']);
    const flow = release(
      'environments: { production: { rules: [{ id: a, when: { orders: 1 }, serve: on }], serve: off } }\n',
    );
    const after = edited(flow, { ...edit, rule: 'a' });
    expect(after).toContain('{ id: a, when: { orders: 1 }, percent: 50, serve: on }');
  });

  it('sets the last line, whichever it is', () => {
    expect(changedLines(COMMENTED, edited(COMMENTED, serve('off', 'development')))).toEqual([
      '-  development: on # everybody',
      '+  development: off # everybody',
    ]);
    const split = release('environments:\n  development:\n    split: { on: 50, off: 50 } # half\n');
    const after = edited(split, serve('on', 'development'));
    expect(changedLines(split, after)).toEqual([
      '-    split: { on: 50, off: 50 } # half',
      '+    serve: on # half',
    ]);
    expect(diff(split, after).map(({ kind }) => kind)).toEqual(['rest']);
  });

  it('lists an environment that was not listed', () => {
    const listed = release('environments:\n  development: on # here\n');
    expect(changedLines(listed, edited(listed, serve('on')))).toEqual(['+  production: on']);
    expect(edited(release(), serve('on'))).toBe(`${release()}environments: { production: on }\n`);
    expect(edited(release().trimEnd(), serve('on'))).toBe(`${release()}environments: { production: on }`);
  });

  it('quotes what YAML would read as something else', () => {
    const text = release('variants: { "true": yellow, off: red }\nenvironments: { production: off }\n');
    expect(edited(text, serve('true'))).toContain('production: "true"');
  });

  it.each<[FlagEdit, string]>([
    [serve('of'), 'no-such'],
    [serve('on'), 'by-hand'],
    [serve('off'), 'nothing-to-change'],
    [{ kind: 'percent', environment: 'production', rule: 'nobody', percent: 5 }, 'no-such'],
    [{ kind: 'percent', environment: 'development', rule: 'pilot', percent: 5 }, 'no-such'],
    [{ kind: 'percent', environment: 'production', rule: 'pilot', percent: 12.5 }, 'nothing-to-change'],
    [{ kind: 'percent', environment: 'production', rule: 'old-apps', percent: 100 }, 'nothing-to-change'],
    [{ kind: 'percent', environment: 'production', rule: 'pilot', percent: 101 }, 'bad-value'],
    [{ kind: 'percent', environment: 'production', rule: 'pilot', percent: 0.12345 }, 'bad-value'],
    [{ kind: 'percent', environment: 'production', rule: 'pilot', percent: Number.NaN }, 'bad-value'],
    [{ kind: 'expires', date: '2027-02-30' }, 'bad-value'],
    [{ kind: 'expires', date: '2026-12-01' }, 'bad-value'],
    [{ kind: 'expires', date: '2027-02-01' }, 'nothing-to-change'],
    [{ kind: 'archive', date: 'soon', serve: 'on' }, 'bad-value'],
    [{ kind: 'archive', date: '2027-02-01', serve: 'gone' }, 'no-such'],
    [{ kind: 'rollout-done', environment: 'development' }, 'no-such'],
  ])('refuses %j as %s', (edit, code) => {
    expect(editFlag(COMMENTED, edit)).toMatchObject({ code });
  });

  it('refuses where a comment would be lost', () => {
    const text = release(
      'environments:\n  production:\n    split:\n      on: 50 # half of them\n      off: 50\n',
    );
    expect(editFlag(text, serve('on'))).toMatchObject({ code: 'by-hand' });
    expect(edited(text.replace(' # half of them', ''), serve('on'))).toMatch(/production:\n {4}serve: on\n$/);
  });

  it('refuses a file that has errors of its own', () => {
    for (const text of ['', 'safe: off\n', release('nonsense: 1\n'), release('serve: [\n'), 'a: &b 1\n'])
      expect(editFlag(text, KILL)).toMatchObject({ code: 'unreadable' });
  });

  it('refuses a scalar that is written as a block of text', () => {
    const text = release('environments:\n  production: >-\n    on\n');
    expect(editFlag(text, KILL)).toMatchObject({ code: 'by-hand' });
  });
});

describe('rollout-done, archive', () => {
  const DONE: FlagEdit = { kind: 'rollout-done', environment: 'production' };

  it('takes the rollout out and serves what it went to', () => {
    const after = edited(COMMENTED, DONE);
    expect(changedLines(COMMENTED, after)).toEqual([
      '-    rollout: { to: on, plan: careful }',
      '-    serve: off # everyone else',
      '+    serve: on # everyone else',
    ]);
    const kinds = diff(COMMENTED, after).map((change) => (change as EnvironmentChange).kind);
    expect(kinds).toEqual(['rollout', 'rest']);
  });

  it('leaves a split behind where the rollout went to one, and a winner over the split', () => {
    const split = release(
      'environments:\n  production:\n    rollout:\n      to: { on: 50, off: 50 }\n      plan: careful # slowly\n    serve: off\n',
    );
    const result = editFlag(split, DONE);
    expect(result).toMatchObject({ lostComments: ['# slowly'] });
    expect(textOf(result)).toContain('  production:\n    split: { on: 50, off: 50 }\n');
    const winner = release(
      'environments: { production: { salt: spring, rollout: { to: on, plan: careful, salt: winner }, split: { on: 50, off: 50 } } }\n',
    );
    const after = edited(winner, DONE);
    expect(after).toContain('{ production: { serve: on } }');
    expect(diff(winner, after).map(({ kind }) => kind)).toEqual(['rollout', 'rest']);
  });

  it('refuses a split that would be drawn by other units than before', () => {
    const text = release(
      'environments: { production: { rollout: { to: { on: 50, off: 50 }, plan: careful, by: accountId }, serve: off } }\n',
    );
    expect(editFlag(text, DONE)).toMatchObject({ code: 'by-hand' });
  });

  it('archives: one variant everywhere, and what only a living flag needs is gone', () => {
    const result = editFlag(COMMENTED, { kind: 'archive', date: '2026-11-23', serve: 'on' });
    expect(textOf(result)).toBe(`# Replaces the four-step checkout. Ask before touching production.
type: release   # three spaces
owner: payments
description: "A flag: quoted"
expires: '2027-02-01' # not before the spring
safe: off # when killed
archived: 2026-11-23
serve: on

# the end
`);
    const lost = 'refused' in result ? [] : result.lostComments;
    expect(lost).toHaveLength(12);
    const shop = scenario({ 'a.yaml': textOf(result) });
    expect([shop.errors, shop.warnings]).toEqual([[], []]);
    expect(shop.variant('a', 'production')).toBe('on');
  });
});

describe('line ends', () => {
  const EDITS: readonly FlagEdit[] = [
    KILL,
    { kind: 'serve', environment: 'development', variant: 'off' },
    { kind: 'percent', environment: 'production', rule: 'old-apps', percent: 50 },
    { kind: 'expires', date: '2027-05-01' },
    { kind: 'rollout-done', environment: 'production' },
    { kind: 'archive', date: '2026-11-23', serve: 'on' },
  ];

  it.each(EDITS)('keeps CRLF for %j', (edit) => {
    const crlf = COMMENTED.replaceAll('\n', '\r\n');
    expect(edited(crlf, edit)).toBe(edited(COMMENTED, edit).replaceAll('\n', '\r\n'));
  });

  it.each(EDITS)('keeps the lack of a last line end for %j', (edit) => {
    const bare = COMMENTED.replace('\n# the end\n', '');
    expect(edited(bare, edit)).toBe(edited(`${bare}\n`, edit).replace(/\n$/, ''));
  });

  it('keeps a byte order mark', () => {
    expect(edited(`\ufeff${COMMENTED}`, KILL)).toBe(`\ufeff${edited(COMMENTED, KILL)}`);
  });
});
