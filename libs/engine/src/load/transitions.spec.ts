import { describe, expect, it } from '@jest/globals';
import { change, release, scenario, type Texts } from '../language/scenario.js';

const production = (body: string) => ({ 'a.yaml': release(`environments:\n  production:${body}\n`) });
const OFF = production(' off');

it('counts a new rule that names nobody in particular as everyone', () => {
  const rule = (when: string) =>
    production(`\n    rules: [{ id: r, when: ${when}, serve: on }]\n    serve: off`);
  expect(change(OFF, rule('{ targetingKey: { exists: true } }')).errors).toEqual(['a.yaml percent-jump']);
  expect(change(OFF, rule('{ orders: { gte: 0 } }')).errors).toEqual(['a.yaml percent-jump']);
  expect(change(OFF, rule('{ targetingKey: [u-1, u-2] }')).errors).toEqual([]);
  expect(change(OFF, rule('{ segment: staff, orders: { gte: 0 } }')).errors).toEqual([]);
});

it('counts a rule whose condition loses what it names as everyone', () => {
  const rule = (when: string) =>
    production(`\n    rules: [{ id: r, when: ${when}, serve: on }]\n    serve: off`);
  const widened = change(
    rule('{ email: ada@acme.example, orders: { gte: 0 } }'),
    rule('{ orders: { gte: 0 } }'),
  );
  expect(widened.errors).toEqual(['a.yaml percent-jump']);
});

it('sees another safe variant as the jump that it is', () => {
  const turned = change(OFF, {
    'a.yaml': release('environments: { production: on }\n').replace('safe: off', 'safe: on'),
  });
  expect(turned.errors).toEqual(['a.yaml percent-jump']);
});

describe('a share that grows while the newest revision has not reached everybody', () => {
  const split = (on: number, more = '') => ({
    'a.yaml': release(`${more}environments: { production: { split: { on: ${on}, off: ${100 - on} } } }\n`),
  });
  const served = (texts: Texts) => new Map([['production', scenario(texts).snapshot.flags]]);

  it('is measured by what everybody is served, and says so', () => {
    const { result } = change(split(20), split(30), { served: served(split(10)) });
    expect(result.findings).toMatchObject([
      {
        code: 'percent-jump',
        sentence: expect.stringMatching(/from 10 to 30 percent .* for the 20 of the newest revision/),
        fix: expect.stringContaining('Push it again'),
      },
    ]);
    expect(change(split(20), split(30), { served: served(split(20)) }).errors).toEqual([]);
    expect(change(split(15), split(20), { served: served(split(10)) }).errors).toEqual([]);
  });

  it('may go back to what everybody is served at once', () => {
    expect(change(split(10), split(50), { served: served(split(50)) }).errors).toEqual([]);
  });

  it('is no fault of a revision that does not raise it', () => {
    const edited = split(50, 'tags: [checkout]\n');
    expect(change(split(50), edited, { served: served(split(10)) }).errors).toEqual([]);
    expect(change(split(50), split(45), { served: served(split(10)) }).errors).toEqual([]);
  });

  it('is measured in rules too, and by the newest revision where everybody has not got the flag yet', () => {
    const pilot = (percent: number) =>
      production(
        `\n    rules: [{ id: r, when: { orders: { gte: 0 } }, percent: ${percent}, serve: on }]\n    serve: off`,
      );
    expect(change(pilot(20), pilot(30), { served: served(pilot(10)) }).errors).toEqual([
      'a.yaml percent-jump',
    ]);
    expect(change(pilot(10), pilot(20), { served: served(OFF) }).errors).toEqual(['a.yaml percent-jump']);
    expect(change(OFF, pilot(10), { served: new Map([['production', new Map()]]) }).errors).toEqual([]);
  });
});

it('lets a small step and any step toward safe pass', () => {
  const split = (on: number) => production(` { split: { on: ${on}, off: ${100 - on} } }`);
  expect(change(split(90), split(100)).errors).toEqual([]);
  expect(change(split(90), split(1)).errors).toEqual([]);
  expect(change(split(1), split(90)).result.findings[0]).toMatchObject({
    line: 7,
    pointer: '/environments/production/split',
  });
});

describe('a rollout that is taken out where nobody knows how far it had come', () => {
  const RULE = 'rules: [{ id: r, when: { orders: { gte: 1 } }, percent: 20, serve: on }]\n    ';
  const rolling = (rules = '') =>
    production(`\n    ${rules}rollout: { to: on, plan: careful }\n    serve: off`);
  const unknown = { positionsUnknown: true } as const;

  it('counts as finished when its target becomes the last line, rules or an archive beside it', () => {
    expect(change(rolling(), production(' on')).errors).toEqual(['a.yaml percent-jump']);
    expect(change(rolling(), production(' on'), unknown).errors).toEqual([]);
    expect(change(rolling(RULE), production(' on'), unknown).errors).toEqual([]);
    const archived = { 'a.yaml': release('archived: 2026-11-20\nserve: on\n') };
    expect(change(rolling(RULE), archived, unknown).errors).toEqual([]);
  });

  it('counts as stopped when something else does', () => {
    const split = production(' { split: { on: 50, off: 50 } }');
    expect(change(rolling(), split, unknown).errors).toEqual(['a.yaml percent-jump']);
    expect(change(OFF, production(' on'), unknown).errors).toEqual(['a.yaml percent-jump']);
  });
});

describe('a rule whose id changes', () => {
  const rules = (...all: readonly string[]) => production(`\n    rules: [${all.join(', ')}]\n    serve: off`);
  const rule = (id: string, percent: number, when = '{ segment: staff }') =>
    `{ id: ${id}, when: ${when}, percent: ${percent}, serve: on }`;

  it('jumps as it would under its old one, narrow or not', () => {
    expect(change(rules(rule('a', 10)), rules(rule('b', 100))).errors).toEqual(['a.yaml percent-jump']);
    const buyers = '{ orders: { gte: 1 } }';
    expect(change(rules(rule('a', 10, buyers)), rules(rule('b', 100, buyers))).errors).toEqual([
      'a.yaml percent-jump',
    ]);
  });

  it('keeps what it had, and does not lend it to a rule for others', () => {
    const buyers = '{ orders: { gte: 1 } }';
    expect(change(rules(rule('a', 50, buyers)), rules(rule('b', 55, buyers))).errors).toEqual([]);
    const others = '{ orders: { gte: 0 } }';
    expect(change(rules(rule('a', 50, buyers)), rules(rule('b', 55, others))).errors).toEqual([
      'a.yaml percent-jump',
    ]);
  });
});
