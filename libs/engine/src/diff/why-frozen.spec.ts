import { describe, expect, it } from '@jest/globals';
import { NOW_MS, PROJECT, release, STAFF, scenario, type Texts } from '../language/scenario.js';
import { diffSnapshots, freezeAt, whyFrozen } from './index.js';

const FROM_MS = NOW_MS - 1_000;
const TO_MS = NOW_MS + 1_000;
const freezeOf = (...windows: readonly (readonly [fromMs: number, toMs: number])[]) =>
  windows
    .map(
      ([from, to]) =>
        `{ from: ${new Date(from).toISOString()}, to: ${new Date(to).toISOString()}, reason: Sale }`,
    )
    .join(', ');
const projectWith = (freeze: string) =>
  PROJECT.replace('    protected: true', `    protected: true\n    freeze: [${freeze}]`);
const FROZEN = { 'guidon.yaml': projectWith(freezeOf([FROM_MS, TO_MS])) };

function judge(old: Texts, now: Texts, more: { nowMs?: number; environment?: string } = {}) {
  const before = scenario({ ...FROZEN, ...old }).snapshot;
  const after = scenario({ ...FROZEN, ...now }).snapshot;
  return whyFrozen({
    ...{ project: before.project, environment: 'production', nowMs: NOW_MS, before, after },
    changes: diffSnapshots(before, after),
    ...more,
  });
}

const live = (production: string, more = '') =>
  release(`${more}environments: { development: on, production: ${production} }\n`);
const ruled = (rules: string, rest = 'off') =>
  release(`environments:\n  production:\n    rules: [${rules}]\n    serve: ${rest}\n`);
const SOME = (percent: number) =>
  `{ id: some, when: { orders: { gte: 1 } }, percent: ${percent}, serve: on }`;
const PILOT = '{ id: pilot, when: { segment: staff }, serve: on }';

describe('whyFrozen', () => {
  it('holds what moves away from safe, and says until when, why and what', () => {
    const frozen = judge(
      { 'b.yaml': live('off'), 'a.yaml': live('off') },
      { 'b.yaml': live('on'), 'a.yaml': live('on') },
    );
    expect(frozen).toMatchObject({ freeze: { toMs: TO_MS, reason: 'Sale' }, moved: ['a', 'b'] });
    expect(frozen?.sentence).toMatch(
      /^production is frozen until 2026-11-23T12:00:01Z \(Sale\), and the change of a, b /,
    );
  });

  it('lets through what moves only toward safe, touches nobody, or concerns another environment', () => {
    expect(judge({ 'a.yaml': live('on') }, { 'a.yaml': live('off') })).toBeUndefined();
    expect(judge({ 'a.yaml': live('on') }, { 'a.yaml': live('on', 'tags: [checkout]\n') })).toBeUndefined();
    const dark = live('on').replace('development: on', 'development: off');
    expect(judge({ 'a.yaml': dark }, { 'a.yaml': live('on') })).toBeUndefined();
    expect(
      judge({ 'a.yaml': dark }, { 'a.yaml': live('on') }, { environment: 'development' }),
    ).toBeUndefined();
  });

  it('holds in one moment and not in the next: from the first instant on, at the last no more', () => {
    const at = (nowMs: number) =>
      judge({ 'a.yaml': live('off') }, { 'a.yaml': live('on') }, { nowMs })?.moved;
    expect([FROM_MS - 1, FROM_MS, TO_MS - 1, TO_MS].map(at)).toEqual([undefined, ['a'], ['a'], undefined]);
  });

  it('holds everything that cannot be proved: conditions, segments, variants, another safe, flags that go', () => {
    const pilot = { 'a.yaml': ruled(PILOT) };
    expect(judge(pilot, { 'a.yaml': ruled(PILOT.replace('serve', 'percent: 50, serve')) })?.moved).toEqual([
      'a',
    ]);
    expect(
      judge(pilot, { ...pilot, 'segments/staff.yaml': STAFF.replace('@acme', '@other') })?.moved,
    ).toEqual(['a']);
    const sizes = (values: string, safe = 'off') =>
      release(`variants: { ${values} }\nenvironments: { production: big }\n`).replace(
        'safe: off',
        `safe: ${safe}`,
      );
    expect(
      judge({ 'a.yaml': sizes('off: 1, big: 2') }, { 'a.yaml': sizes('off: 1, big: 3') })?.moved,
    ).toEqual(['a']);
    expect(
      judge({ 'a.yaml': sizes('off: 1, big: 2') }, { 'a.yaml': sizes('off: 1, big: 2', 'big') })?.moved,
    ).toEqual(['a']);
    expect(judge({ 'a.yaml': live('on'), 'b.yaml': live('off') }, { 'b.yaml': live('off') })?.moved).toEqual([
      'a',
    ]);
  });

  it('lets everything through that leaves everybody with the same safe: a new flag, rules taken out, an archive', () => {
    expect(judge({}, { 'a.yaml': release() })).toBeUndefined();
    expect(judge({}, { 'a.yaml': live('on') })?.moved).toEqual(['a']);
    expect(judge({ 'a.yaml': ruled(PILOT) }, { 'a.yaml': release() })).toBeUndefined();
    const archived = release('archived: 2026-11-20\nserve: off\n');
    expect(judge({ 'a.yaml': ruled(PILOT) }, { 'a.yaml': archived })).toBeUndefined();
    expect(
      judge({ 'a.yaml': ruled(PILOT) }, { 'a.yaml': archived.replace('serve: off', 'serve: on') })?.moved,
    ).toEqual(['a']);
  });

  it('lets a share shrink and a rule go where only safe stands below, and holds both where it does not', () => {
    const tenth = (percent: number, more = '') => ruled(`${SOME(percent)}${more}`);
    const kept = ', { id: not-here, when: { orders: 3 }, serve: off }';
    const given = ', { id: given, when: { orders: 3 }, serve: on }';
    const moved = (old: string, now: string) => judge({ 'a.yaml': old }, { 'a.yaml': now })?.moved;
    expect(moved(tenth(10), tenth(5))).toBeUndefined();
    expect(moved(tenth(10, kept), tenth(5, kept))).toBeUndefined();
    expect(moved(tenth(10, kept), ruled(kept.slice(2)))).toBeUndefined();
    expect(moved(ruled(`${PILOT}, ${SOME(10)}`), ruled(PILOT))).toBeUndefined();
    expect(moved(tenth(5), tenth(10))).toEqual(['a']);
    expect(moved(tenth(10, given), tenth(5, given))).toEqual(['a']);
    expect(moved(ruled(`${PILOT}, ${SOME(10)}`), ruled(SOME(10)))).toEqual(['a']);
    expect(moved(tenth(10), ruled(SOME(5).replace('percent', 'salt: other, percent')))).toEqual(['a']);
    expect(moved(ruled(SOME(10), 'on'), ruled(SOME(5), 'on'))).toEqual(['a']);
  });

  it('holds a flag back from safe where that would let another flag away from it', () => {
    const off = { 'a.yaml': ruled(PILOT) };
    const needs = (variant: string) => ({
      'b.yaml': release(`requires: { a: ${variant} }\nenvironments: { production: on }\n`),
    });
    expect(judge({ ...off, ...needs('off') }, { 'a.yaml': release(), ...needs('off') })?.moved).toEqual([
      'b',
    ]);
    const mostly = { 'a.yaml': ruled(PILOT, 'on') };
    expect(judge({ ...mostly, ...needs('on') }, { ...off, ...needs('on') })).toBeUndefined();
    const asks = { 'b.yaml': ruled('{ id: other, when: { not: { flag: { a: on } } }, serve: on }') };
    expect(judge({ ...off, ...asks }, { 'a.yaml': release(), ...asks })?.moved).toEqual(['b']);
  });

  it('goes by the freezes of the project that it is given', () => {
    const before = scenario({ ...FROZEN, 'a.yaml': live('off') }).snapshot;
    const after = scenario({ 'a.yaml': live('on') }).snapshot;
    const question = {
      environment: 'production',
      nowMs: NOW_MS,
      before,
      after,
      changes: diffSnapshots(before, after),
    };
    expect(whyFrozen({ ...question, project: before.project })?.moved).toEqual(['a']);
    expect(whyFrozen({ ...question, project: after.project })).toBeUndefined();
    const nothing = { ...question, project: before.project, changes: [] };
    expect(whyFrozen({ ...nothing, otherwise: ['segment staff'] })?.moved).toEqual(['segment staff']);
  });
});

it('takes the freeze that ends last of several that hold', () => {
  const text = freezeOf([NOW_MS - 9_000, NOW_MS - 5_000], [FROM_MS, TO_MS + 5_000], [FROM_MS, TO_MS]);
  const { project } = scenario({ 'guidon.yaml': projectWith(text) }).snapshot;
  expect(freezeAt(project, 'production', NOW_MS)?.toMs).toBe(TO_MS + 5_000);
  expect(freezeAt(project, 'development', NOW_MS)).toBeUndefined();
  expect(freezeAt(project, 'nowhere', NOW_MS)).toBeUndefined();
});
