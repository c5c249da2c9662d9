import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { filesOf, histories, reverted, type Tree } from '../../../test/torture/histories.js';
import { type OddStep, oddHistories, oddlyEdited, swings } from '../../../test/torture/odd-edits.js';
import { readSample, SAMPLE_NOW_MS } from '../../../test/torture/sample-project.js';
import { Chronicle } from '../../../test/torture/told-past.js';
import { applyPatch, diffRulesets, hashRuleset } from '../../compile/index.js';
import type { Ruleset, Snapshot } from '../../model/index.js';
import { resolve, resolveChange } from '../../resolve/index.js';
import { cacheOf } from '../document-cache.js';
import { createDocumentCache, load } from '../index.js';
import type { LoadInput, LoadResult, Touched } from '../load-types.js';
import { unitsAfter } from '../units-after.js';

const LONG = process.env.GUIDON_TEST_LONG === '1';
const RUNS = Number(process.env.GUIDON_TEST_HISTORIES ?? (LONG ? 300 : 3));

/** With budgets that some teams exceed, so that these findings are compared too. */
const SAMPLE: Tree = new Map(
  readSample().map(({ path, bytes }) => [
    path,
    new TextDecoder().decode(bytes).replace(/flagsPerTeam: \d+/, 'flagsPerTeam: 3'),
  ]),
);
/** In these most edits go live: tests are there only for what is rolled out. */
const HARDLY_TESTED: Tree = new Map(
  [...SAMPLE].filter(([path]) => {
    const flag = path.replace('.test.yaml', '.yaml');
    return flag === path || SAMPLE.get(flag)?.includes('rollout:');
  }),
);
/** Knows documents, but never how a snapshot was made that is given as `previous`: with it every load is a whole one. */
const WHOLE = createDocumentCache();

it('finds exactly what a whole load finds, whatever came before', () => {
  const seen = new Seen();
  fc.assert(
    fc.property(oddHistories(histories), (steps) => play(SAMPLE, steps, seen)),
    { numRuns: RUNS, seed: 20261127 },
  );
  seen.tell(['mended', 'doubts']);
  expect([...seen.states].sort()).toEqual(['accepted', 'partly']);
}, 3_600_000);

it('takes nothing over that depends on what is told of the past or of what everybody is served', () => {
  const seen = new Seen();
  fc.assert(
    fc.property(swings, (steps) => play(HARDLY_TESTED, steps, seen)),
    { numRuns: RUNS, seed: 20261129 },
  );
  seen.tell(['untested otherwise', 'doubts', 'wanted', 'held', 'judged otherwise']);
}, 3_600_000);

function play(start: Tree, steps: readonly OddStep[], seen: Seen): void {
  let cache = createDocumentCache();
  let nowMs = SAMPLE_NOW_MS;
  const chronicle = new Chronicle();
  const trees: Tree[] = [start];
  let live = compared({ files: filesOf(start), nowMs }, cache);
  chronicle.adopt(live.snapshot as Snapshot);
  for (const step of steps) {
    const tree = treeAfter(trees, step);
    chronicle.commit(trees.at(-1) as Tree, tree);
    trees.push(tree);
    nowMs += step.hours * 3_600_000;
    const input = { files: filesOf(tree), nowMs, previous: live.snapshot as Snapshot };
    const isShortCut = isShort(input, cache);
    // As a server does: with what is at hand of the past, then with what was found of it.
    const told = step.told.map((telling) => compared({ ...input, ...chronicle.tell(telling) }, cache));
    const next = told.at(-1) as LoadResult;
    seen.take(told, isShortCut);
    if (step.after === 'forgotten') cache = createDocumentCache();
    seen.count('mended', live.frozen.length > 0 && next.frozen.length === 0);
    if (step.after === 'refused') continue;
    live = next;
    chronicle.adopt(next.snapshot as Snapshot);
  }
}

/** What came up, and of the past only what came up in short cuts. */
class Seen {
  readonly counts = new Map<string, number>();
  readonly states = new Set<string>();
  private untested = '';

  of(what: string): number {
    return this.counts.get(what) ?? 0;
  }

  count(what: string, is = true): void {
    if (is) this.counts.set(what, this.of(what) + 1);
  }

  /** Without these nothing of it would prove anything. */
  tell(all: readonly string[]): void {
    console.log(JSON.stringify(Object.fromEntries(this.counts)));
    expect(this.of('short')).toBeGreaterThan(this.of('loads') / 4);
    expect(all.filter((what) => this.of(what) === 0)).toEqual([]);
  }

  take(told: readonly LoadResult[], isShortCut: boolean): void {
    this.count('loads');
    this.count('short', isShortCut);
    for (const { state } of told) this.states.add(state);
    if (!isShortCut) return;
    for (const { doubts, wanted, holds, findings } of told) {
      this.count('doubts', doubts.length > 0);
      this.count('wanted', wanted.length > 0);
      this.count('held', holds.length > 0);
      const untested = findings.filter(({ code }) => code === 'rollout-untested').map(({ path }) => path);
      this.count('untested otherwise', untested.join() !== this.untested);
      this.untested = untested.join();
    }
    const judgements = told.map(({ findings, holds }) => JSON.stringify([findings, holds]));
    this.count('judged otherwise', new Set(judgements).size > 1);
  }
}

function treeAfter(trees: readonly Tree[], step: OddStep): Tree {
  const newest = trees.at(-1) as Tree;
  if (step.revert === undefined || trees.length < 2) return oddlyEdited(newest, step.edits);
  const at = step.revert % (trees.length - 1);
  // Where Git would stop with a conflict, nothing is committed.
  return reverted(newest, trees[at] as Tree, trees[at + 1] as Tree) ?? newest;
}

function isShort(input: LoadInput, cache: LoadInput['cache']): boolean {
  const settled = cacheOf(cache).settledOf(input.previous);
  return settled !== undefined && unitsAfter(settled, input) !== undefined;
}

/** The result with the short cut, after a look whether it is the one without. */
function compared(input: LoadInput, cache: LoadInput['cache']): LoadResult {
  const result = load({ ...input, ...(cache === undefined ? {} : { cache }) });
  const whole = load({ ...input, cache: WHOLE });
  expect(whole.touched).toBeUndefined();
  expect(sorted(result)).toEqual(sorted(whole));
  if (input.previous !== undefined && result.snapshot !== undefined)
    compareChanges(input.previous, result.snapshot, result.touched);
  return result;
}

/** What was told not to differ does not, and the patches are those that whole rulesets give. */
function compareChanges(before: Snapshot, after: Snapshot, touched: Touched | undefined): void {
  for (const [name, keys] of [
    ['flags', touched?.flags],
    ['segments', touched?.segments],
    ['files', touched?.paths],
  ] as const) {
    const all = new Set<string>([...before[name].keys(), ...after[name].keys()]);
    for (const key of all)
      if (keys?.includes(key) === false) expect(after[name].get(key)).toEqual(before[name].get(key));
  }
  for (const { id: environment } of after.project.environments) {
    const [old, now] = [before, after].map((snapshot) => resolve(snapshot, [], environment, 'r')) as [
      Ruleset,
      Ruleset,
    ];
    const change = resolveChange(before, after, { environment, revision: 'r', touched });
    const patch = diffRulesets(change.before, change.after);
    expect(patch).toEqual(diffRulesets(old, now));
    if (patch !== undefined)
      expect(applyPatch(change.before, hashRuleset(old), patch).hash).toBe(hashRuleset(now));
  }
}

/** The order of maps means nothing. */
function sorted({ snapshot, touched: _, ...rest }: LoadResult) {
  if (snapshot === undefined) return rest;
  const { project, ...maps } = snapshot;
  const entries = Object.entries(maps).map(([name, map]) => [
    name,
    [...map].sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);
  return { ...rest, project, ...Object.fromEntries(entries) };
}
