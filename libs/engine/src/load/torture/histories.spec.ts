import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  blobOf,
  edited,
  filesOf,
  histories,
  reverted,
  type Step,
  type Tree,
} from '../../../test/torture/histories.js';
import { readSample, SAMPLE_NOW_MS } from '../../../test/torture/sample-project.js';
import { resolve } from '../../resolve/index.js';
import { createDocumentCache, load } from '../index.js';
import type { LoadResult } from '../load-types.js';

const RUNS = process.env.GUIDON_TEST_LONG === '1' ? 150 : 4;

/** What a comparison with the revision before can find. */
const TRANSITIONS: readonly string[] = ['new-flag-live', 'percent-jump', 'mass-change', 'key-used-again'];

const SAMPLE: Tree = new Map(readSample().map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)]));
const CACHE = createDocumentCache();

interface Store {
  readonly live: LoadResult;
  /** `path:blob` of everything that was ever live. */
  readonly liveBefore: Set<string>;
}

function publish(tree: Tree, store: Store | undefined): Store {
  const previous = store?.live.snapshot;
  const live = load({
    files: filesOf(tree),
    nowMs: SAMPLE_NOW_MS,
    cache: CACHE,
    ...(previous === undefined || store === undefined ? {} : { previous, liveBefore: store.liveBefore }),
  });
  const liveBefore = new Set(store?.liveBefore);
  for (const { path, blob } of live.snapshot?.files.values() ?? []) liveBefore.add(`${path}:${blob}`);
  return { live, liveBefore };
}

function transitionsIn({ findings, holds }: LoadResult): string[] {
  const found = findings.filter(({ code }) => TRANSITIONS.includes(code));
  const mass = holds.filter(({ kind }) => kind === 'mass-change');
  return [...found.map(({ path, code }) => `${path} ${code}`), ...mass.map(({ sentence }) => sentence)];
}

function nextTree(trees: readonly Tree[], step: Step): { readonly tree: Tree; readonly isRevert: boolean } {
  const newest = trees.at(-1) as Tree;
  if (step.revert === undefined) return { tree: edited(newest, step.edits), isRevert: false };
  if (trees.length < 2) return { tree: newest, isRevert: false };
  const at = step.revert % (trees.length - 1);
  return { tree: reverted(newest, trees[at] as Tree, trees[at + 1] as Tree), isRevert: true };
}

/**
 * What a file says after a revert was live of it before, so nothing that only compares may refuse or hold it. A version
 * that never was live, because it was refused when it came, is no way back.
 */
function inTheWay(live: LoadResult, tree: Tree, liveBefore: ReadonlySet<string>): string[] {
  const wasLive = (path: string) => liveBefore.has(`${path}:${blobOf(tree.get(path) ?? '')}`);
  const found = live.findings.filter(({ path, code }) => TRANSITIONS.includes(code) && wasLive(path));
  return found.map(({ path, code }) => `${path} ${code}`);
}

describe('a history of commits', () => {
  it('begins anywhere in an empty store, and what goes back to what was live is never refused as a change', () => {
    let commits = 0;
    let reverts = 0;
    fc.assert(
      fc.property(histories, (steps) => {
        const trees: Tree[] = [SAMPLE];
        let store = publish(SAMPLE, undefined);
        expect(store.live.state).toBe('accepted');
        for (const step of steps) {
          const { tree, isRevert } = nextTree(trees, step);
          trees.push(tree);
          const before = store;
          store = publish(tree, before);
          expect(transitionsIn(publish(tree, undefined).live)).toEqual([]);
          commits += 1;
          if (!isRevert) continue;
          reverts += 1;
          expect(inTheWay(store.live, tree, before.liveBefore)).toEqual([]);
        }
      }),
      { numRuns: RUNS, seed: 20261125 },
    );
    console.log(`${commits} commits, of which ${reverts} reverts.`);
    expect(reverts).toBeGreaterThan(RUNS / 2);
  }, 3_600_000);

  it('serves after the revert of its newest commit exactly what it served before', () => {
    let gone = 0;
    fc.assert(
      fc.property(histories, (steps) => {
        let tree = SAMPLE;
        let store = publish(tree, undefined);
        for (const step of steps) {
          if (step.revert !== undefined) continue;
          const next = edited(tree, step.edits);
          const forth = publish(next, store);
          const back = publish(tree, forth);
          // New flags that went live cannot vanish by a revert: they must be archived first.
          const added = back.live.frozen.filter((path) => !tree.has(path));
          gone += added.length;
          // Nor was a version that the tree before held, but that was refused, ever there to go back to.
          const beside = [...added, ...store.live.frozen].map(keyOf);
          const isBeside = (name: string) => beside.some((key) => name.endsWith(` ${key}`));
          const [old, now] = [served(store.live), served(back.live)];
          // A segment is in a ruleset only while some flag there asks for it, so only flags can be missing.
          const names = [...new Set([...old.keys(), ...now.keys()])].filter((name) => !isBeside(name));
          const compared = names.filter(
            (name) => !name.includes(' segment ') || (old.has(name) && now.has(name)),
          );
          expect(compared.filter((name) => old.get(name) !== now.get(name))).toEqual([]);
          tree = next;
          store = forth;
        }
      }),
      { numRuns: RUNS, seed: 20261126 },
    );
    expect(gone).toBeGreaterThan(0);
  }, 3_600_000);
});

function keyOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/(\.test)?\.yaml$/, '');
}

function served({ snapshot }: LoadResult): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { id } of snapshot?.project.environments ?? []) {
    const { flags, segments } = resolve(snapshot as NonNullable<typeof snapshot>, [], id, 'r');
    for (const [key, flag] of Object.entries(flags)) found.set(`${id} ${key}`, JSON.stringify(flag));
    for (const [key, when] of Object.entries(segments))
      found.set(`${id} segment ${key}`, JSON.stringify(when));
  }
  return found;
}
