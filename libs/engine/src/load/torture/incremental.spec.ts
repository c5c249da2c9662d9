import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { filesOf, histories, reverted, type Tree } from '../../../test/torture/histories.js';
import { type OddStep, oddHistories, oddlyEdited } from '../../../test/torture/odd-edits.js';
import { readSample, SAMPLE_NOW_MS } from '../../../test/torture/sample-project.js';
import { applyPatch, diffRulesets, hashRuleset } from '../../compile/index.js';
import type { Ruleset, Snapshot } from '../../model/index.js';
import { resolve, resolveChange } from '../../resolve/index.js';
import { cacheOf } from '../document-cache.js';
import { createDocumentCache, load } from '../index.js';
import type { LoadInput, LoadResult, Touched } from '../load-types.js';
import { unitsAfter } from '../units-after.js';

const LONG = process.env.GUIDON_TEST_LONG === '1';
const RUNS = Number(process.env.GUIDON_TEST_HISTORIES ?? (LONG ? 300 : 6));

/** With budgets that some teams exceed, so that these findings are compared too. */
const SAMPLE: Tree = new Map(
  readSample().map(({ path, bytes }) => [
    path,
    new TextDecoder().decode(bytes).replace(/flagsPerTeam: \d+/, 'flagsPerTeam: 3'),
  ]),
);
/** Knows documents, but never how a snapshot was made that is given as `previous`: with it every load is a whole one. */
const WHOLE = createDocumentCache();

it('finds exactly what a whole load finds, whatever came before', () => {
  const seen = { loads: 0, short: 0, states: new Set<string>(), frozenThenNot: 0 };
  fc.assert(
    fc.property(oddHistories(histories), (steps) => {
      let cache = createDocumentCache();
      let nowMs = SAMPLE_NOW_MS;
      const liveBefore = new Set<string>();
      const trees: Tree[] = [SAMPLE];
      let live = compared({ files: filesOf(SAMPLE), nowMs }, cache);
      for (const step of steps) {
        const tree = treeAfter(trees, step);
        trees.push(tree);
        nowMs += step.hours * 3_600_000;
        remember(liveBefore, live.snapshot);
        const previous = live.snapshot as Snapshot;
        const input = { files: filesOf(tree), nowMs, previous, liveBefore };
        seen.short += isShort(input, cache) ? 1 : 0;
        const next = compared(input, cache);
        seen.loads += 1;
        seen.states.add(next.state);
        if (step.after === 'forgotten') cache = createDocumentCache();
        if (live.frozen.length > 0 && next.frozen.length === 0) seen.frozenThenNot += 1;
        if (step.after !== 'refused') live = next;
      }
    }),
    { numRuns: RUNS, seed: 20261127 },
  );
  console.log(`${seen.loads} loads, ${seen.short} of them short cuts.`);
  expect(seen.short).toBeGreaterThan(seen.loads / 4);
  expect([...seen.states].sort()).toEqual(['accepted', 'partly']);
  expect(seen.frozenThenNot).toBeGreaterThan(0);
}, 3_600_000);

function treeAfter(trees: readonly Tree[], step: OddStep): Tree {
  const newest = trees.at(-1) as Tree;
  if (step.revert === undefined || trees.length < 2) return oddlyEdited(newest, step.edits);
  const at = step.revert % (trees.length - 1);
  // Where Git would stop with a conflict, nothing is committed.
  return reverted(newest, trees[at] as Tree, trees[at + 1] as Tree) ?? newest;
}

function remember(liveBefore: Set<string>, snapshot: Snapshot | undefined): void {
  for (const { path, blob } of snapshot?.files.values() ?? []) liveBefore.add(`${path}:${blob}`);
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
