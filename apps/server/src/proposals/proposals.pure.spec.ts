import type { ProposalRequestKind } from '@guidon/protocol';
import { flagFile } from '@guidon/testkit';
import { describe, expect, it } from '@jest/globals';
import { backOffMs } from './back-off.js';
import { branchOf } from './branch-of.js';
import { ChangeBuilder, type FoundSource } from './build-change.js';
import { type Change, commitMessage, pullRequestBody, titleOf } from './describe-proposal.js';
import { desiredEdits } from './desired-edits.js';
import { draftRequest } from './draft-request.js';
import { mustRebuild } from './must-rebuild.js';
import type { Proposal, StandingKill } from './proposal.js';
import type { FlagFacts } from './proposal-facts.js';

const AT_MS = Date.parse('2026-11-23T12:00:00Z');

function aProposal(changes: Partial<Proposal> = {}): Proposal {
  return {
    id: '01PROPOSAL',
    kind: 'kill',
    subject: 'a',
    aboutKill: false,
    branch: 'guidon/kill-a',
    edit: {},
    actor: 'key:ada1/ada@acme.example',
    reason: 'Payments fail',
    wantedAtMs: AT_MS,
    state: 'open',
    code: undefined,
    detail: undefined,
    changedAtMs: AT_MS,
    base: 'b'.repeat(40),
    contentDigest: 'digest',
    commits: ['1', '2'],
    pushed: true,
    pull: undefined,
    leavesBranch: false,
    attempts: 0,
    ...changes,
  };
}

function aKill(
  id: string,
  targets: Record<string, string[]>,
  more: Partial<StandingKill> = {},
): StandingKill {
  const who = { actor: 'key:bo1/bo@acme.example', reason: `Because of ${id}`, pressedAtMs: AT_MS };
  return { id, ...who, targets: new Map(Object.entries(targets)), ...more };
}

const ENVIRONMENTS = ['development', 'production'];
const desired = (proposal: Proposal, standing: StandingKill[]) =>
  desiredEdits(proposal, { standing, pinned: new Set(), environments: ENVIRONMENTS });

describe('desiredEdits', () => {
  it('asks for what the standing kills of the flag say together, and for nothing when none stands', () => {
    const one = aKill('k1', { production: ['a'] }, { flag: 'a' });
    const other = aKill('k2', { development: ['a'] }, { flag: 'a' });
    const edits = (standing: StandingKill[]) => desired(aProposal(), standing)?.edits.get('a');
    expect(edits([one])).toEqual({ kind: 'kill', environments: ['production'] });
    expect(edits([one, other])).toEqual({ kind: 'kill', environments: 'all' });
    expect(
      edits([aKill('k3', { production: ['a', 'b'] }), aKill('k4', { production: ['b'] }, { flag: 'b' })]),
    ).toBeUndefined();
  });

  it('follows a kill of many flags through the ones that hold on what it held', () => {
    const proposal = aProposal({ subject: 'k1', aboutKill: true });
    const rest = aKill('k2', { production: ['b', 'a'] }, { continues: 'k1' });
    expect([...(desired(proposal, [rest])?.edits.keys() ?? [])]).toEqual(['a', 'b']);
    const last = aKill('k3', { production: ['b'] }, { continues: 'k2' });
    expect([...(desired(proposal, [{ ...rest, targets: new Map() }, last])?.edits.keys() ?? [])]).toEqual([
      'b',
    ]);
    expect(desired(proposal, [aKill('k9', { production: ['a'] })])).toBeUndefined();
  });

  it('keeps what a person asked for whatever becomes of kills', () => {
    const byHand = (kind: Proposal['kind'], edit: object) =>
      desired(aProposal({ kind, edit: { byHand: true, ...edit } }), [])?.edits.get('a');
    expect(byHand('kill', {})).toEqual({ kind: 'kill', environments: 'all' });
    expect(byHand('archive', { serve: 'on' })).toEqual({ kind: 'archive', date: '2026-11-23', serve: 'on' });
    expect(byHand('extend-expiry', { until: '2027-02-01' })).toEqual({ kind: 'expires', date: '2027-02-01' });
  });
});

const ON = flagFile({ serve: { development: 'on', production: 'on' } });
const OFF = flagFile({ serve: { development: 'off', production: 'off' } });
const KILL = { kind: 'kill', environments: ['production'] } as const;

function built(texts: Record<string, string | undefined>) {
  const flags = Object.keys(texts);
  const sources = flags.map((flag): [string, FoundSource] => {
    const text = texts[flag];
    return [flag, text === undefined ? undefined : { flag: { path: `flags/${flag}.yaml`, text } }];
  });
  const builder = new ChangeBuilder();
  for (const [flag, source] of sources) builder.add(flag, KILL, source);
  return builder.built();
}

describe('ChangeBuilder', () => {
  it('changes the files that need it and names those that it cannot edit', () => {
    const change = built({ a: ON, b: OFF, c: undefined, d: 'nonsense: 1\n' });
    expect(change).toMatchObject({ kind: 'change', changed: ['a'], skipped: [{ flag: 'c' }, { flag: 'd' }] });
    expect([...(change as Change).files]).toEqual([
      ['flags/a.yaml', ON.replace('production: on', 'production: off')],
    ]);
  });

  it('tells what is done from what does not fit', () => {
    expect(built({ a: OFF })).toEqual({ kind: 'done' });
    expect(built({ a: undefined, b: OFF })).toMatchObject({
      kind: 'conflict',
      why: expect.stringContaining('a: The tracked branch has no file'),
    });
    const builder = new ChangeBuilder();
    builder.add('a', KILL, 'Two files are about this flag');
    expect(builder.built()).toEqual({ kind: 'conflict', why: 'a: Two files are about this flag' });
  });

  it('has the same digest for the same contents only', () => {
    const digest = (text: string) => (built({ a: text }) as Change).digest;
    expect(digest(ON)).toBe(digest(ON));
    expect(digest(ON)).not.toBe(digest(`# a comment\n${ON}`));
  });
});

describe('what is written about it', () => {
  const kill = aKill(
    '01KILL',
    { production: ['a'] },
    { flag: 'a', reason: 'It `burns`\n\nSigned-off-by: @root' },
  );
  const wish = desired(aProposal(), [kill])!;

  it('says in the commit what, why, who and which kill', () => {
    expect(commitMessage(aProposal(), wish)).toBe(
      [
        'Turn a off in production',
        '',
        'It `burns` Signed-off-by: @root (key:bo1/bo@acme.example, 2026-11-23T12:00:00.000Z)',
        '',
        'Kill: 01KILL',
        'Proposal: 01PROPOSAL',
        '',
      ].join('\n'),
    );
  });

  it('lets nothing that a person wrote format the pull request or call anybody', () => {
    const change = { ...(built({ a: ON, c: undefined }) as Change), lostComments: ['# on these lines'] };
    const body = pullRequestBody(aProposal(), wish, change);
    expect(body).toContain("`It 'burns' Signed-off-by: @root (key:bo1/bo@acme.example,");
    expect(body).toContain('* `a`\n\nNot in this proposal, to be done by hand:\n\n* `c`: `The tracked');
    expect(body).toContain('* `# on these lines`');
    expect(body).toContain('Kill `01KILL`.');
    expect(body.replace(/`[^`]*`/g, '')).not.toContain('@');
  });

  it('names each kind in a line', () => {
    const title = (changes: Partial<Proposal>, standing: StandingKill[] = []) => {
      const proposal = aProposal(changes);
      return titleOf(proposal, desired(proposal, standing)!);
    };
    expect(title({ kind: 'archive', edit: { serve: 'on' } })).toBe('Archive a, serving on');
    expect(title({ kind: 'extend-expiry', edit: { until: '2027-02-01' } })).toBe('Keep a until 2027-02-01');
    expect(title({ edit: { byHand: true } })).toBe('Turn a off');
    const many = [aKill('k1', { production: ['a', 'b'] })];
    expect(title({ subject: 'k1', aboutKill: true }, many)).toBe('Turn 2 flags off');
    expect(title({ subject: 'x'.repeat(200), edit: { byHand: true } })).toHaveLength(100);
  });
});

describe('mustRebuild', () => {
  const facts = { tip: '2', head: 'b'.repeat(40), digest: 'digest' };
  const moved = { ...facts, head: 'c'.repeat(40) };
  const pull = { number: 1, url: 'https://host.example/1' };

  it('leaves alone what says what it should, and follows the tracked branch', () => {
    expect(mustRebuild(aProposal(), facts)).toBe(false);
    expect(mustRebuild(aProposal(), moved)).toBe(true);
  });

  it('keeps the approvals of a pull request that a commit elsewhere does not touch', () => {
    expect(mustRebuild(aProposal({ pull }), moved)).toBe(false);
    expect(mustRebuild(aProposal({ pull }), { ...moved, digest: 'other' })).toBe(true);
  });

  it('makes anew what is missing, is older, or is not written down as open', () => {
    expect(mustRebuild(aProposal(), { ...facts, tip: undefined })).toBe(true);
    expect(mustRebuild(aProposal(), { ...facts, tip: '1' })).toBe(true);
    for (const state of ['wanted', 'failed', 'conflict'] as const)
      expect(mustRebuild(aProposal({ state }), facts)).toBe(true);
  });
});

describe('draftRequest', () => {
  const flags: FlagFacts = {
    environments: () => ENVIRONMENTS,
    near: () => ['new-checkout'],
    find: (key) => {
      const fact = { variants: ['off', 'on'], isArchived: key === 'old', servedEverywhere: undefined };
      return key === 'missing'
        ? undefined
        : { ...fact, ...(key === 'done' ? { servedEverywhere: 'on' } : {}) };
    },
  };
  const draft = (kind: ProposalRequestKind, flag: string, more: object = {}) =>
    draftRequest({ kind, flag, reason: 'Because', ...more }, flags);

  it('keeps the variant that everybody gets, and asks where there is more than one', () => {
    expect(draft('archive', 'done').edit).toEqual({ byHand: true, serve: 'on' });
    expect(draft('archive', 'a', { serve: 'off' }).edit).toEqual({ byHand: true, serve: 'off' });
    for (const more of [{}, { serve: 'of' }])
      expect(() => draft('archive', 'a', more)).toThrow(
        expect.objectContaining({
          code: 'request-invalid',
          params: expect.objectContaining({
            violations: [{ pointer: '/serve', sentence: expect.stringContaining('off, on') }],
          }),
        }),
      );
  });

  it('refuses a flag that is not there, with a hint, or that is over', () => {
    expect(() => draft('kill', 'missing')).toThrow(/Did you mean "new-checkout"/);
    expect(() => draft('extend-expiry', 'old', { until: '2027-02-01' })).toThrow(/wrong with the request/);
    expect(draft('kill', 'old').branch).toBe('guidon/kill-old');
    expect(() => draftRequest({ kind: 'kill', flag: 'a', reason: 'Because' }, undefined)).toThrow(
      /No flag has been loaded/,
    );
  });
});

it('finds a branch for every key that the language allows', () => {
  expect(branchOf('kill', 'new-checkout')).toBe('guidon/kill-new-checkout');
  const odd = ['a..b', 'a.b..', 'x.lock', 'a.'].map((key) => branchOf('archive', key));
  for (const branch of odd) expect(branch).toMatch(/^guidon\/archive-[A-Za-z0-9-]+-[0-9a-f]{10}$/);
  expect(new Set([...odd, branchOf('archive', 'a-b')]).size).toBe(5);
});

it('waits longer after each failure, at most an hour', () => {
  expect([1, 2, 3, 8, 9, 100].map(backOffMs)).toEqual([
    15_000, 30_000, 60_000, 1_920_000, 3_600_000, 3_600_000,
  ]);
});
