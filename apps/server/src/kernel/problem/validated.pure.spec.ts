import { pressRequestSchema, reviveRequestSchema, syncRequestSchema } from '@guidon/protocol/schemas';
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import type { DomainError } from './domain-error.js';
import { validated } from './validated.js';

function violations(schema: z.ZodType, input: unknown): Record<string, string> {
  try {
    validated(schema, input);
  } catch (error) {
    const { params } = error as DomainError;
    return Object.fromEntries((params.violations ?? []).map((it) => [it.pointer, it.sentence]));
  }
  return {};
}

/** Words of the validator, which mean nothing to a person who calls an API. */
const RAW = /invalid|expected|received|undefined|too (small|big)|>=|<=|regex|pattern|NaN/i;

test('says of everything that is missing that it is, and what to give', () => {
  expect(violations(pressRequestSchema, {})).toEqual({
    '/scope':
      'This field is missing. Name exactly one of flag, tag, team, commit, rollouts, all, e.g. {"flag": "new-checkout"}.',
    '/environments': 'This field is missing. Name environments, e.g. ["production"], or "all".',
    '/reason': 'This field is missing. Say why, in 3 to 1000 characters, e.g. "payments fail since 14:05".',
  });
  for (const schema of [pressRequestSchema, reviveRequestSchema, syncRequestSchema])
    expect(violations(schema, undefined)['']).toMatch(/^The body is missing\. Send a JSON object/);
});

const VALUES = [null, true, 7, -1.5, '', 'x', 'x'.repeat(2_000), [], [7], ['', 'a'], [[]], {}, { flag: 7 }];

test('says in its own words what it expects, whatever comes', () => {
  const fields = ['scope', 'environments', 'reason', 'expiresAt', 'dryRun'];
  const scopes = ['flag', 'tag', 'team', 'commit', 'rollouts', 'all'];
  const good = { scope: { flag: 'a' }, environments: 'all', reason: 'it burns' };
  const bodies = [
    ...VALUES,
    ...fields.flatMap((field) => VALUES.map((value) => ({ ...good, [field]: value }))),
    ...scopes.flatMap((scope) => VALUES.map((value) => ({ ...good, scope: { [scope]: value } }))),
  ];
  let refused = 0;
  for (const body of bodies)
    for (const [pointer, sentence] of Object.entries(violations(pressRequestSchema, body))) {
      refused += 1;
      expect([pointer, sentence]).toEqual([pointer, expect.stringMatching(/^[A-Z].+\.$/)]);
      expect([pointer, sentence]).toEqual([pointer, expect.not.stringMatching(RAW)]);
    }
  expect(refused).toBeGreaterThan(100);
});

test('speaks for schemas that say nothing themselves', () => {
  const schema = z.strictObject({
    ...{ a: z.string().min(2), b: z.number().int().max(9), c: z.boolean(), d: z.enum(['x', 'y']) },
    ...{ e: z.array(z.string()).max(1), f: z.iso.datetime(), g: z.record(z.string(), z.number()) },
    ...{ h: z.union([z.string(), z.number()]), i: z.string().regex(/^a$/), j: z.email() },
  });
  const all = [
    {},
    ...VALUES.map((value) => Object.fromEntries([...'abcdefghij'].map((key) => [key, value]))),
  ];
  for (const input of all)
    for (const sentence of Object.values(violations(schema, input))) {
      expect(sentence).toMatch(/^[A-Z].+\.$/);
      expect(sentence).not.toMatch(RAW);
    }
  expect(violations(schema, { c: 'yes' })['/c']).toBe('Give true or false.');
  expect(violations(schema, { d: 'z' })['/d']).toBe('Give "x" or "y".');
  expect(violations(schema, { a: 'x' })['/a']).toBe('Give at least 2 characters.');
});

test('names every field that is not known', () => {
  expect(violations(reviveRequestSchema, { reason: 'mended', 'a/b': 1 })).toEqual({
    '/a~1b': 'This field is not known.',
  });
});

test('refuses texts that no database can keep, beside everything else that is wrong', () => {
  const body = { scope: { flag: 'a\0' }, environments: ['\ud800'], reason: 'x', 'more\0': 1 };
  expect(Object.keys(violations(pressRequestSchema, body)).sort()).toEqual([
    '/environments/0',
    '/more\0',
    '/reason',
    '/scope/flag',
  ]);
  const kept = { reason: 'a flag 🏳️‍🌈, a tab\t and \uffff are texts like any other' };
  expect(validated(syncRequestSchema, kept)).toEqual(kept);
  expect(violations(syncRequestSchema, { reason: 'nul \0' })).toEqual({
    '/reason': expect.stringMatching(/U\+0000/),
  });
});
