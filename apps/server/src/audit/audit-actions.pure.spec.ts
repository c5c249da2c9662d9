import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { checkedEntry } from '../../test/checked-entry.js';
import { AUDIT_ACTIONS, AUDIT_RULES } from './audit-actions.js';

const ENTRY = {
  ...{ version: 2, sequence: 1, previous: '0'.repeat(64), at: '2026-11-23T12:00:00.000Z' },
  ...{ actor: 'system:sync', who: { kind: 'system', worker: 'sync' }, reason: 'why', subject: {} },
};

it('has a rule for what was and what is for every action, and a line in the documentation', () => {
  const page = readFileSync(new URL('../../../../docs/audit.md', import.meta.url), 'utf8');
  const told = [...page.matchAll(/^\| `([a-z]+\.[a-z-]+)` \|/gm)].map(([, action]) => action);
  expect(told).toEqual(AUDIT_ACTIONS);
  for (const action of AUDIT_ACTIONS) {
    const { before, after } = AUDIT_RULES[action];
    // A rule that anything fits would be none.
    for (const rule of [before, after]) expect(rule.safeParse({ what: 'ever' }).success).toBe(false);
  }
});

it.each([
  ['an action that is not listed', { ...ENTRY, action: 'probe.act', before: null, after: null }],
  ['a side that is missing', { ...ENTRY, action: 'key.create', before: null }],
  ['a side of another form', { ...ENTRY, action: 'kill.revive', before: null, after: null }],
  ['a field that is not documented', { ...ENTRY, action: 'sync.run', before: null, after: null, secret: 1 }],
])('finds %s', (_what, entry) => {
  expect(() => checkedEntry(entry)).toThrow();
});

it('lets an entry pass that is in its form', () => {
  const entry = { ...ENTRY, action: 'sync.run', before: null, after: null };
  expect(checkedEntry(entry)).toBe(entry);
});
