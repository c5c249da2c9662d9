import { describe, expect, it } from '@jest/globals';
import { blobOf } from '../../test/torture/histories.js';
import { pastOf } from '../../test/torture/kept-past.js';
import { NOW_MS, PROJECT, release, STAFF, sourceFiles, type Texts } from '../language/scenario.js';
import type { Position } from '../model/index.js';
import type { LoadInput, LoadResult } from './load-types.js';

/** Publishes one revision after the other; what is refused on the way would show in what the last one finds. */
function told(revisions: readonly Texts[], more: Partial<LoadInput> = {}): LoadResult {
  const past = pastOf();
  let live: LoadResult | undefined;
  for (const [at, texts] of revisions.entries()) {
    const previous = live?.snapshot === undefined ? {} : { previous: live.snapshot };
    const last = at === revisions.length - 1 ? more : {};
    const files = sourceFiles(texts).map((file) => ({ ...file, blob: blobOf(file.blob) }));
    live = past.judge({ files, nowMs: NOW_MS, ...previous, ...last });
    if (at < revisions.length - 1) expect(errorsIn(live)).toEqual([]);
  }
  return live as LoadResult;
}

function errorsIn({ findings }: LoadResult): string[] {
  return findings.filter(({ severity }) => severity === 'error').map(({ path, code }) => `${path} ${code}`);
}

const WAIVED = 'waive: { percent-jump: As a whole it went well, new-flag-live: It is }\n';
const flag = (production: string, more = '') => ({
  'a.yaml': release(`${more}environments:\n  development: on\n  production:${production}\n`),
});
const described = (texts: Texts, description: string): Texts =>
  Object.fromEntries(
    Object.entries(texts).map(([path, text]) => [path, text.replace('A flag', description)]),
  );
const ruled = (rule: string, more = '') => flag(`\n    rules: [${rule}]\n    serve: off`, more);

describe('a rollout that comes back', () => {
  const OPEN = PROJECT.replace('    protected: true\n', '');
  const hasty = (holdMinutes: number) =>
    flag(
      `\n    rollout: { to: on, plan: { stages: [{ id: full, percent: 100, hold: ${holdMinutes}m }] } }\n    serve: off`,
    );
  // It was live while nothing was protected.
  const steps = [
    { ...hasty(5), 'guidon.yaml': OPEN },
    hasty(5),
    flag(' off'),
    described(flag(' off'), 'Edited'),
  ];

  it('passes as it was, though it would be refused today and the file was edited since', () => {
    expect(errorsIn(told([...steps, described(hasty(5), 'Edited')]))).toEqual([]);
  });

  it('is judged like any other when it says something that was never live', () => {
    expect(errorsIn(told([...steps, described(hasty(6), 'Edited')]))).toEqual([
      'a.yaml stage-unguarded',
      'a.yaml first-stage-large',
      'a.yaml hold-short',
    ]);
  });
});

describe('a percentage that grows back', () => {
  it('passes when what it says was live, though the file was edited since', () => {
    const steps = [flag(' on'), flag(' off'), described(flag(' off'), 'Edited')];
    expect(errorsIn(told([...steps, described(flag(' on'), 'Edited')]))).toEqual([]);
  });

  it('is a jump when it was live in another environment only, or never', () => {
    const split = (on: number) => flag(` { split: { on: ${on}, off: ${100 - on} } }`);
    expect(errorsIn(told([flag(' off'), described(flag(' off'), 'Edited'), flag(' on')]))).toEqual([
      'a.yaml percent-jump',
    ]);
    expect(errorsIn(told([split(50), split(10), split(40)]))).toEqual(['a.yaml percent-jump']);
    expect(errorsIn(told([split(50), split(10), split(50)]))).toEqual([]);
  });

  it('passes where another line of the same rule was edited since, but only just as it was', () => {
    const rule = (when: string, percent: number) =>
      ruled(`{ id: r, when: ${when}, percent: ${percent}, serve: on }`);
    const [old, now] = ['{ orders: { gte: 1 } }', '{ orders: { gte: 1 }, platform: [ios, web] }'];
    const steps = [rule(old, 50), rule(old, 10), rule(now, 10)];
    expect(errorsIn(told([...steps, rule(now, 50)]))).toEqual([]);
    expect(errorsIn(told([...steps, rule(now, 51)]))).toEqual(['a.yaml percent-jump']);
  });

  it('is a jump when a rule keeps its share but loses whom it names, though both were live apart', () => {
    const rule = (when: string, percent: number, more?: string) =>
      ruled(`{ id: r, when: ${when}, percent: ${percent}, serve: on }`, more);
    const [wide, narrow] = ['{ orders: { gte: 1 } }', '{ orders: { gte: 1 }, segment: staff }'];
    const steps = [rule(wide, 1), rule(narrow, 100, WAIVED), rule(narrow, 100)];
    expect(errorsIn(told([...steps, rule(wide, 100)]))).toEqual(['a.yaml percent-jump']);
  });

  it('follows a rule whose id was changed, and a file that was moved', () => {
    const rule = (id: string, percent: number) =>
      ruled(`{ id: ${id}, when: { orders: { gte: 1 } }, percent: ${percent}, serve: on }`);
    const steps = [rule('a', 5), rule('b', 5), rule('b', 15)];
    expect(errorsIn(told([...steps, rule('a', 15)]))).toEqual([]);
    const moved = (texts: Texts): Texts => ({ 'x/a.yaml': texts['a.yaml'] as string });
    const [on, off] = [flag(' on'), flag(' off')];
    expect(errorsIn(told([on, off, moved(off), moved(on)]))).toEqual([]);
    expect(
      errorsIn(told([on, off, moved(off), described(moved(off), 'Edited'), described(moved(on), 'Edited')])),
    ).toEqual([]);
  });
});

describe('the deletion of a flag', () => {
  const kept = { 'b.yaml': release() };

  it('passes when nothing became of it since it came, and so does its return', () => {
    const steps = [kept, { ...kept, ...flag(' on', WAIVED) }];
    const gone = told([...steps, kept]);
    expect([errorsIn(gone), gone.state, gone.snapshot?.flags.has('a')]).toEqual([[], 'accepted', false]);
    expect(gone.findings).toMatchObject([
      { code: 'file-deleted', sentence: expect.stringContaining('The flag "a", which is as it came,') },
    ]);
    expect(errorsIn(told([...steps, kept, { ...kept, ...flag(' on', WAIVED) }]))).toEqual([]);
    expect(errorsIn(told([...steps, kept, { ...kept, ...flag(' off') }]))).toEqual(['a.yaml key-used-again']);
  });

  it.each([
    [
      'it was there from the first',
      [{ ...kept, ...flag(' on') }],
      'the first revision that was read here had it already',
    ],
    [
      'it was edited',
      [kept, { ...kept, ...flag(' off') }, { ...kept, ...described(flag(' off'), 'Edited') }],
      'it has changed since it came',
    ],
  ])('is refused when %s, and says so', (_why, steps: readonly Texts[], why) => {
    const result = told([...steps, kept]);
    expect(result.findings).toMatchObject([
      { path: 'a.yaml', code: 'delete-live-flag', sentence: expect.stringContaining(why) },
    ]);
    expect(result.snapshot?.flags.has('a')).toBe(true);
  });

  it('is refused once its rollout has reached anybody in a protected environment', () => {
    const rolling = flag('\n    rollout: { to: on, plan: careful }\n    serve: off');
    const position = (environment: string): Position => ({
      ...{ flag: 'a', environment, planHash: 'p', to: { serve: 'on' }, unit: ['targetingKey'] },
      ...{ salt: 'a', holdoutParts: 0, reached: [{ stage: 'tenth', parts: 10_000 }] },
    });
    const steps = [kept, { ...kept, ...rolling }, kept];
    expect(errorsIn(told(steps))).toEqual([]);
    expect(errorsIn(told(steps, { positions: [position('development')] }))).toEqual([]);
    const begun = told(steps, { positions: [position('production')] });
    expect(begun.findings[0]?.sentence).toContain('its rollout in "production" has begun');
  });
});

describe('a large share that goes', () => {
  const many = (from: number, to: number): Texts =>
    Object.fromEntries(Array.from({ length: to - from }, (_, at) => [`f${from + at}.yaml`, release()]));
  const holds = (revisions: readonly Texts[]) => told(revisions).holds.map(({ sentence }) => sentence);

  it('is not held when one revision had brought all of it, and is held when several had', () => {
    const first = many(0, 2);
    expect(holds([first, many(0, 12), first])).toEqual([]);
    expect(holds([first, many(0, 7), many(0, 12), first])).toEqual([
      expect.stringContaining('10 of 12 flags'),
    ]);
    expect(holds([first, many(0, 7), many(0, 12), many(0, 7)])).toEqual([]);
  });

  const rules = (count: number) =>
    Array.from({ length: count }, (_, at) => `{ id: r${at}, when: { orders: ${at} }, serve: on }`);

  it('is not held when the rules of one step go again, and is held when they are others', () => {
    const [few, all] = [rules(2), rules(12)];
    const steps = [ruled(few.join(', ')), ruled(all.join(', '))];
    const edited = described(
      ruled([...all, '{ id: late, when: { orders: 99 }, serve: on }'].join(', ')),
      'Edited',
    );
    const back = described(
      ruled([...few, '{ id: late, when: { orders: 99 }, serve: on }'].join(', ')),
      'Edited',
    );
    expect(holds([...steps, edited, back])).toEqual([]);
    const cut = described(ruled([...few, ...all.slice(2, 3)].join(', ')), 'Edited');
    expect(holds([...steps, edited, cut])).toEqual([expect.stringContaining('10 of 13 rules')]);
  });

  it('is not held when the members of one step go again, and is held when a list is cut short', () => {
    const vip = (names: readonly string[]): Texts => ({
      'segments/vip.yaml': STAFF.replace(/when: .*/, `when: { accountId: [${names.join(', ')}] }`),
    });
    const names = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => `a${from + at}`);
    const steps = [vip(names(0, 5)), vip(names(0, 25)), vip(names(0, 27))];
    expect(holds([...steps, vip([...names(0, 5), ...names(25, 27)])])).toEqual([]);
    expect(holds([...steps, vip(names(0, 6))])).toEqual([expect.stringContaining('21 of 27 members')]);
  });
});
