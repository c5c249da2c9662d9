import { describe, expect, it } from '@jest/globals';
import { change, PROJECT, release, STAFF, scenario, type Texts } from '../language/scenario.js';

/** `line:column code` of every error of one file. */
function told(path: string, texts: Texts): string[] {
  return scenario(texts)
    .result.findings.filter((finding) => finding.path === path && finding.severity === 'error')
    .map(({ line, column, code }) => `${line}:${column} ${code}`);
}
const toldOf = (text: string, more: Texts = {}) => told('a.yaml', { 'a.yaml': text, ...more });

const RULES = (rules: string) => `environments:\n  development:\n    rules:\n${rules}    serve: off\n`;

describe('a file with several slips', () => {
  it('hears of the slips in meaning beside those in form', () => {
    const text = release(
      `tags: [chekout]\n${RULES('      - { id: a, when: { emial: x, segment: stuff }, percnt: 10, serve: onn }\n')}  production: offf\n`,
    )
      .replace('owner: payments', 'owner: paymnts')
      .replace('expires: 2027-02-01', 'expires: 1 February');
    expect(toldOf(text)).toEqual([
      '2:8 unknown-team',
      '4:10 bad-format',
      '6:8 unknown-tag',
      '10:26 unknown-attribute',
      '10:45 unknown-segment',
      '10:54 unknown-key',
      '10:73 unknown-variant',
      '12:15 unknown-variant',
    ]);
  });

  it('hears of unknown names and misuse beside an unknown team', () => {
    const text = release(
      `requires: { nowhere: on }\nvariants: { on: "https://a.example", off: none }\n${RULES('      - { id: a, when: { segment: stuff }, serve: on }\n')}`,
    ).replace('owner: payments', 'owner: paymnts');
    expect(toldOf(text)).toEqual([
      '2:8 unknown-team',
      '6:13 unknown-flag',
      '7:17 config-shaped',
      '11:35 unknown-segment',
    ]);
  });

  it('keeps the places in lists from which something is left out', () => {
    const rules =
      '      - { id: a, when: { orders: { gte: many } }, percent: 120, serve: on }\n      - { id: b, wen: { orders: 1 }, serve: on }\n      - { id: c, when: { emial: x }, serve: on }\n';
    expect(toldOf(release(RULES(rules)))).toEqual([
      '9:41 wrong-value',
      '9:60 out-of-range',
      '10:9 missing-field',
      '10:18 unknown-key',
      '11:26 unknown-attribute',
    ]);
  });

  it('says of segments, tests and the project too what comes after the first slip', () => {
    const segment = { 'segments/vip.yaml': `extra: 1\n${STAFF.replace('email', 'emial')}` };
    expect(told('segments/vip.yaml', segment)).toEqual(['1:1 unknown-key', '4:9 unknown-attribute']);
    const test =
      'cases:\n  - { name: x, nwo: 1, expect: { development: on } }\n  - { name: y, context: { emial: x }, expect: { development: on } }\n';
    const flag = release('environments: { development: on }\n');
    expect(told('a.test.yaml', { 'a.yaml': flag, 'a.test.yaml': test })).toEqual([
      '2:16 unknown-key',
      '3:27 unknown-attribute',
    ]);
    const project = PROJECT.replace('timezone: Europe/Oslo', 'timezne: Europe/Oslo').replace(
      'approval: releases',
      'approval: nobody',
    );
    expect(told('guidon.yaml', { 'guidon.yaml': project })).toEqual([
      '2:1 unknown-key',
      '30:54 unknown-team',
    ]);
  });
});

describe('a slip that others would seem to follow from', () => {
  it.each([
    ['a misspelt variants', release('varants: { new: 1, old: 2 }\nenvironments: { development: new }\n'), 1],
    ['a refused variant', release('variants: { new: 1, old: }\nenvironments: { development: old }\n'), 1],
    ['a misspelt serve', release(RULES('      - { id: a, when: { orders: 1 }, sreve: on }\n')), 1],
    ['a misspelt type', release().replace('release', 'op').replace('expires', 'review'), 1],
    ['a missing owner', release().replace('owner: payments\n', ''), 1],
    [
      'a misspelt percent beside by',
      release(RULES('      - { id: a, when: { orders: 1 }, by: email, percnt: 5, serve: on }\n')),
      1,
    ],
    ['an empty when', release(RULES('      - { id: a, when: {}, serve: on }\n')), 1],
    ['a bad arm of a split', release('environments: { development: { split: { on: 50, off: 101 } } }\n'), 1],
    ['a list for a map', release('environments: [development]\n'), 1],
    ['a text for a map', 'hello\n', 1],
    ['a torn syntax', release('tags: [checkout\nenvironments: { development: onn }\n'), 1],
  ])('stands alone: %s', (_, text, count) => {
    expect([toldOf(text), toldOf(text).length]).toEqual([toldOf(text), count]);
  });

  it('does not blame a file for names in a file or project that is refused itself', () => {
    const broken = release('environmets: { development: on }\n');
    const text = release('requires: { b: on }\nwrong: 1\nenvironments: { development: off }\n');
    expect(toldOf(text, { 'b.yaml': broken })).toEqual(['7:1 unknown-key']);
    const live: Texts = { 'a.yaml': release() };
    const after = {
      'guidon.yaml': PROJECT.replace('tags: [checkout]', 'tags: [checkout, search]\nlimts: 1'),
      'a.yaml': release('tags: [search]\nwrong: 1\n'),
    };
    expect(change(live, after).errors).toEqual(['a.yaml unknown-key', 'guidon.yaml unknown-key']);
  });
});
