import { describe, expect, it } from '@jest/globals';
import { NOW_MS, PROJECT, release, STAFF, sourceFiles, type Texts } from '../language/scenario.js';
import type { Snapshot } from '../model/index.js';
import { cacheOf } from './document-cache.js';
import { createDocumentCache, load } from './index.js';
import type { LoadInput, LoadResult } from './load-types.js';
import { unitsAfter } from './units-after.js';

const HOUR_MS = 3_600_000;
const LIVE = (percent: number) =>
  release(`environments: { production: { split: { on: ${percent}, off: ${100 - percent} } } }\n`);

interface Told {
  /** `path code` of every finding. */
  readonly told: readonly string[];
  readonly frozen: readonly string[];
  readonly doubts: readonly string[];
  /** The load took the short cut. */
  readonly short: boolean;
}

/** One commit after the other, each loaded on top of the one before and compared with a whole load. */
function history(...commits: readonly (Texts & { readonly hours?: never })[]): Told[] {
  return timedHistory(...commits.map((texts): [number, Texts] => [0, texts]));
}

function timedHistory(...commits: readonly [hours: number, Texts][]): Told[] {
  const cache = createDocumentCache();
  const liveBefore = new Set<string>();
  let previous: Snapshot | undefined;
  return commits.map(([hours, texts]) => {
    const files = sourceFiles(texts);
    const live = previous === undefined ? {} : { previous, liveBefore };
    const input: LoadInput = { files, nowMs: NOW_MS + hours * HOUR_MS, ...live };
    const settled = cacheOf(cache).settledOf(previous);
    const result = load({ ...input, cache });
    expect(plain(result)).toEqual(plain(load(input)));
    for (const { path, blob } of result.snapshot?.files.values() ?? []) liveBefore.add(`${path}:${blob}`);
    previous = result.snapshot;
    const short = settled !== undefined && unitsAfter(settled, input) !== undefined;
    const { findings, frozen, doubts } = result;
    return { told: findings.map(({ path, code }) => `${path} ${code}`), frozen, doubts, short };
  });
}

function plain({ touched: _, ...result }: LoadResult) {
  return result;
}

const project = PROJECT.replace(
  'tags:',
  'limits: { flagsPerTeam: 2, ageDays: 180, jumpPoints: 10, massChange: 30 }\ntags:',
);
const many = (count: number, rules: number): Texts =>
  Object.fromEntries(
    Array.from({ length: count }, (_, n) => [
      `f${n}.yaml`,
      release(
        `environments: { development: { rules: [${Array.from({ length: n === 0 ? rules : 4 }, (_, id) => `{ id: r${id}, when: { orders: ${id} }, serve: on }`).join(', ')}], split: { on: 50, off: 50 } } }\n`.replace(
          'rules: [], ',
          '',
        ),
      ),
    ]),
  );
/** So many flags of which the first has so many rules, and the others four. */
const of = (count: number, rules: number) => ({
  'guidon.yaml': project,
  'segments/staff.yaml': STAFF,
  ...many(count, rules),
});

describe('a load on top of the load before', () => {
  it('takes the short cut for a flag, and the long way round for the project', () => {
    const [, flag, project, after] = history(
      { 'a.yaml': release() },
      { 'a.yaml': release('tags: [checkout]\n') },
      { 'a.yaml': release('tags: [checkout]\n'), 'guidon.yaml': `${PROJECT}# a remark\n` },
      { 'a.yaml': release(), 'guidon.yaml': `${PROJECT}# a remark\n` },
    );
    expect([flag?.short, project?.short, after?.short]).toEqual([true, false, true]);
  });

  it('no longer tells of a waiver what it told of the change', () => {
    const waived = `${LIVE(12)}waive: { percent-jump: agreed }\n`;
    const other = { 'b.yaml': release() };
    const [, change, later, unused] = history(
      { 'a.yaml': LIVE(10) },
      { 'a.yaml': waived },
      { 'a.yaml': waived, ...other },
      { 'a.yaml': waived, 'b.yaml': release('tags: [checkout]\n') },
    );
    expect(change?.told).toEqual(['a.yaml waiver-unused']);
    expect([later, unused]).toEqual([
      { told: [], frozen: [], doubts: [], short: true },
      { told: [], frozen: [], doubts: [], short: true },
    ]);
  });

  it('keeps a bad file frozen through other commits until it is mended or taken back', () => {
    const good = { 'a.yaml': release(), 'b.yaml': release() };
    const bad = { ...good, 'a.yaml': release('nonsense: 1\n') };
    const steps = history(good, bad, { ...bad, 'b.yaml': release('tags: [checkout]\n') }, good, good);
    expect(steps.map(({ frozen }) => frozen)).toEqual([[], ['a.yaml'], ['a.yaml'], [], []]);
    expect(steps.slice(1).every(({ short }) => short)).toBe(true);
  });

  it('says of bad segments and tests in every load what is wrong with them', () => {
    const cases = 'cases: [{ name: is off, expect: { production: off } }]\n';
    const good = { 'a.yaml': release(), 'a.test.yaml': cases };
    const bad = { ...good, 'a.test.yaml': `${cases}more: 1\n`, 'segments/staff.yaml': `${STAFF}more: 1\n` };
    const steps = history(good, bad, bad, { ...bad, 'b.yaml': release() }, good);
    const errors = ['a.test.yaml unknown-key', 'segments/staff.yaml unknown-key'];
    for (const { told } of steps.slice(1, 4)) expect(told).toEqual(expect.arrayContaining(errors));
    expect(steps.map(({ short }) => short)).toEqual([false, true, true, true, true]);
  });

  it('refuses a second file with the key of one that stays', () => {
    const live = { 'a.yaml': release(), 'b.yaml': release() };
    const steps = history(live, { ...live, 'x/a.yaml': release('tags: [checkout]\n') }, live, {
      'x/a.yaml': release(),
      'b.yaml': release(),
    });
    expect(steps.map(({ frozen }) => frozen)).toEqual([[], ['x/a.yaml'], [], []]);
  });

  it('keeps no document of a file that is gone', () => {
    const cache = createDocumentCache();
    const archived = release('archived: 2026-11-20\nserve: off\n').replace('expires: 2027-02-01\n', '');
    const order = { nowMs: NOW_MS, cache };
    const first = load({ ...order, files: sourceFiles({ 'a.yaml': archived, 'b.yaml': release() }) });
    expect(cache.size).toBe(4);
    const previous = first.snapshot as Snapshot;
    const { touched, snapshot } = load({ ...order, files: sourceFiles({ 'b.yaml': release() }), previous });
    expect(touched?.flags).toEqual(['a']);
    expect([...(snapshot?.flags.keys() ?? [])]).toEqual(['b']);
    expect(cache.size).toBe(3);
  });

  it('looks at what refers to what has changed', () => {
    const asks = {
      'b.yaml': release(
        'environments: { production: { rules: [{ id: s, when: { segment: staff }, serve: on }], serve: off } }\n',
      ),
      'c.yaml': release('requires: { a: on }\nenvironments: { development: on }\n'),
      'a.yaml': release('environments: { development: on }\n'),
    };
    const [, never, gone, none] = history(
      asks,
      { ...asks, 'a.yaml': release() },
      { 'b.yaml': asks['b.yaml'], 'c.yaml': asks['c.yaml'] },
      { ...asks, 'segments/staff.yaml': '' },
    );
    expect(never?.told).toEqual(['a.yaml environment-unlisted', 'c.yaml kept-in-spite']);
    expect(gone?.told).toContain('a.yaml breaks-other-file');
    expect(none?.told).toContain('segments/staff.yaml breaks-other-file');
    expect([never, gone, none].map((step) => step?.short)).toEqual([true, true, true]);
  });

  it('finds a circle and a chain that become too long through others', () => {
    const chain = (length: number, first: string): Texts =>
      Object.fromEntries(
        Array.from({ length }, (_, n) => [
          `f${n}.yaml`,
          n === 0 ? first : release(`requires: { f${n - 1}: off }\n`),
        ]),
      );
    const [, circle, deep] = history(
      { ...chain(19, release()), 'g.yaml': release(), 'h.yaml': release('requires: { g: off }\n') },
      {
        ...chain(19, release('requires: { f18: off }\n')),
        'g.yaml': release(),
        'h.yaml': release('requires: { g: off }\n'),
      },
      {
        ...chain(19, release('requires: { h: off }\n')),
        'g.yaml': release(),
        'h.yaml': release('requires: { g: off }\n'),
      },
    );
    expect(circle?.told).toEqual(['f0.yaml stands-on-frozen', 'f0.yaml cycle']);
    expect(deep?.told).toContain('f0.yaml breaks-other-file');
    expect([circle?.short, deep?.short]).toEqual([true, true]);
  });

  it('tells on the next day what has expired since', () => {
    const texts = { 'a.yaml': release().replace('2027-02-01', '2026-11-23') };
    const [first, sameDay, nextDay, after] = timedHistory([0, texts], [1, texts], [24, texts], [25, texts]);
    expect([first?.told, sameDay?.told, nextDay?.told, after?.told]).toEqual([
      [],
      [],
      ['a.yaml flag-expired'],
      ['a.yaml flag-expired'],
    ]);
    expect([sameDay?.short, nextDay?.short, after?.short]).toEqual([true, true, true]);
  });

  it('runs no tests for a change that the flag no longer refers to, nor ever again after they failed by the clock', () => {
    const until =
      'environments:\n  development:\n    rules: [{ id: early, when: { now: { lt: "2026-11-23T13:00:00Z" } }, serve: on }]\n    serve: off\n';
    const tests = { 'a.test.yaml': 'cases: [{ name: is early, expect: { development: on } }]\n' };
    const bound = { ...tests, 'a.yaml': release(`requires: { b: off }\n${until}`) };
    const free = { ...tests, 'a.yaml': release(until) };
    const changed = { 'b.yaml': release('tags: [checkout]\n') };
    const quiet = timedHistory(
      [0, { ...bound, 'b.yaml': release() }],
      [0, { ...free, 'b.yaml': release() }],
      [2, { ...free, ...changed }],
    );
    expect(quiet.at(-1)).toEqual({ told: [], frozen: [], doubts: [], short: true });
    const loud = timedHistory(
      [0, { ...bound, 'b.yaml': release() }],
      [2, { ...bound, ...changed }],
      [3, { ...bound, ...changed }],
    );
    expect(loud.at(-1)?.told).toContain('a.yaml kept-in-spite');
  });

  it('compares names without regard to case, also with what was never live', () => {
    const live = { 'a.yaml': release() };
    const steps = history(
      live,
      { ...live, 'new.yaml': release('nonsense: 1\n') },
      { ...live, 'NEW.yaml': release() },
      { ...live, 'NEW.yaml': release(), 'A.yaml': release() },
      { 'A.yaml': release() },
      { ...live, 'x/a.yaml': release() },
      { 'x/a.yaml': release() },
      { 'y/a.yaml': release('tags: [checkout]\n'), 'notes.yml': 'a: 1\n' },
      { 'y/a.yaml': release('tags: [checkout]\n'), 'README.md': 'Read me' },
    );
    expect(steps.map(({ frozen }) => frozen.length)).toEqual([0, 1, 0, 1, 2, 2, 1, 2, 1]);
  });

  it('sees a list of signers come, change and go', () => {
    const live = { 'a.yaml': release() };
    const signers = (name: string) => ({ allowed_signers: `${name} ssh-ed25519 AAAA\n` });
    const steps = history(live, { ...live, ...signers('a') }, { ...live, ...signers('b') }, live, live);
    expect(steps.map(({ short }) => short)).toEqual([false, false, false, false, true]);
  });

  it('counts budgets and mass changes as the whole has them', () => {
    const steps = history(of(2, 8), of(2, 7), of(3, 7), of(3, 0), of(3, 1));
    expect(steps.map(({ told }) => told.map((one) => one.split(' ')[1]))).toEqual([
      [],
      [],
      ['team-budget'],
      ['mass-change', 'team-budget'],
      ['team-budget'],
    ]);
  });

  it('is in doubt about a loss only where it is a mass change of the whole', () => {
    const { short, told, doubts } = history(of(8, 8), of(8, 2)).at(-1) as Told;
    expect([short, told.some((one) => one.endsWith('mass-change')), doubts]).toEqual([true, false, []]);
    expect(history(of(2, 8), of(2, 1)).at(-1)).toMatchObject({ short: true, doubts: ['flag:f0'] });
  });
});
