import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  blobOf,
  edited,
  filesOf,
  histories,
  nameOf,
  reverted,
  type Step,
  type Tree,
} from '../../../test/torture/histories.js';
import { type KeptPast, pastOf } from '../../../test/torture/kept-past.js';
import { readSample, SAMPLE_NOW_MS } from '../../../test/torture/sample-project.js';
import { resolve } from '../../resolve/index.js';
import { createDocumentCache } from '../index.js';
import type { LoadResult } from '../load-types.js';

const RUNS = process.env.GUIDON_TEST_LONG === '1' ? 150 : 5;

/** What a comparison with the revision before can find. */
const TRANSITIONS: readonly string[] = [
  'new-flag-live',
  'percent-jump',
  'mass-change',
  'key-used-again',
  'delete-live-flag',
];

const SAMPLE: Tree = new Map(readSample().map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)]));
const CACHE = createDocumentCache();

/** In these, nearly every edit goes live, for no test of a flag says what it must serve; what is taken back afterwards is judged by strict limits. */
const UNTESTED: Tree = new Map([...SAMPLE].filter(([path]) => !path.endsWith('.test.yaml')));
const LOOSE = limited(UNTESTED, { jumpPoints: 100, massChange: 100 });

function limited(tree: Tree, limits: { jumpPoints: number; massChange: number }): Tree {
  const text = (tree.get('guidon.yaml') ?? '')
    .replace(/jumpPoints: \d+/, `jumpPoints: ${limits.jumpPoints}`)
    .replace(/massChange: \d+/, `massChange: ${limits.massChange}`);
  return new Map(tree).set('guidon.yaml', text);
}

/** A commit as it was judged. */
interface Judged {
  readonly tree: Tree;
  readonly live: LoadResult;
}

interface Told {
  readonly path: string;
  readonly what: string;
}

function publish(tree: Tree, past: KeptPast | undefined, previous?: LoadResult): Judged {
  const input = { files: filesOf(tree), nowMs: SAMPLE_NOW_MS, cache: CACHE };
  const before = previous?.snapshot === undefined ? {} : { previous: previous.snapshot };
  const live = (past ?? pastOf()).judge({ ...input, ...before });
  return { tree, live };
}

function transitionsIn({ findings, holds }: LoadResult): Told[] {
  const found = findings.filter(({ code, severity }) => TRANSITIONS.includes(code) && severity === 'error');
  const mass = holds.filter(({ kind }) => kind === 'mass-change');
  return [
    ...found.map(({ path, code }) => ({ path, what: code })),
    ...mass.flatMap(({ paths, sentence }) => paths.map((path) => ({ path, what: sentence }))),
  ];
}

/** Whether the file says in the tree what is live of it; not so where its newest version was refused. */
function isLive({ tree, live }: Judged, name: string): boolean {
  const inTree = [...tree].find(([path]) => nameOf(path) === name);
  const served = [...(live.snapshot?.files.values() ?? [])].find(({ path }) => nameOf(path) === name);
  return inTree === undefined ? served === undefined : served?.blob === blobOf(inTree[1]);
}

describe('a history of commits', () => {
  it('begins anywhere in an empty store, and no revert of any earlier commit is refused or held as a change', () => {
    const count = { commits: 0, reverts: 0, merged: 0, conflicts: 0, neverLive: 0, silenced: 0 };
    const revertAll = (judged: readonly Judged[], past: KeptPast) => {
      const head = judged.at(-1) as Judged;
      for (let at = 0; at + 1 < judged.length; at += 1) {
        const [before, after] = [judged[at] as Judged, judged[at + 1] as Judged];
        const tree = reverted(head.tree, before.tree, after.tree);
        if (tree === undefined) {
          count.conflicts += 1;
          continue;
        }
        count.reverts += 1;
        if (![...judged].some((one) => sameTree(one.tree, tree))) count.merged += 1;
        const told = transitionsIn(publish(tree, past.copy(), head.live).live);
        const rightly = told.filter(({ path }) =>
          [before, after, head].some((one) => !isLive(one, nameOf(path))),
        );
        count.neverLive += rightly.length;
        count.silenced += transitionsIn(publish(tree, undefined, head.live).live).length - told.length;
        expect(told.filter((one) => !rightly.includes(one))).toEqual([]);
      }
    };
    fc.assert(
      fc.property(histories, (steps) => {
        const past = pastOf();
        const judged = [publish(LOOSE, past)];
        expect(judged[0]?.live.state).toBe('accepted');
        for (const step of steps) {
          const tree = nextTree(judged, step);
          if (tree === undefined) continue;
          judged.push(publish(tree, past, (judged.at(-1) as Judged).live));
          expect(transitionsIn(publish(tree, undefined).live)).toEqual([]);
          count.commits += 1;
        }
        const { tree, live } = judged.at(-1) as Judged;
        judged.push(publish(limited(tree, { jumpPoints: 5, massChange: 5 }), past, live));
        revertAll(judged, past);
      }),
      { numRuns: RUNS, seed: 20261125 },
    );
    console.log(
      `${count.commits} commits; ${count.reverts} reverts tried, ${count.merged} of them to a tree that never was; ${count.conflicts} ended in a conflict; ${count.silenced} findings not made since the change was known as a way back; ${count.neverLive} made about versions that were refused when they came.`,
    );
    expect(count.merged).toBeGreaterThan(RUNS);
    // Otherwise nothing of this proves anything.
    expect(count.silenced).toBeGreaterThan(RUNS / 2);
  }, 3_600_000);

  it('serves after the revert of its newest commit exactly what it served before, new flags included', () => {
    let gone = 0;
    fc.assert(
      fc.property(histories, (steps) => {
        const past = pastOf();
        let now = publish(SAMPLE, past);
        for (const step of steps) {
          if (step.revert !== undefined) continue;
          const forth = publish(edited(now.tree, step.edits), past, now.live);
          const back = publish(now.tree, past.copy(), forth.live);
          gone += [...forth.tree.keys()].filter((path) => isNew(path, now, forth)).length;
          // A version that the tree before held, but that was refused, was never there to go back to.
          const beside = now.live.frozen.map(keyOf);
          const isBeside = (name: string) => beside.some((key) => name.endsWith(` ${key}`));
          const [old, after] = [served(now.live), served(back.live)];
          // A segment is in a ruleset only while some flag there asks for it, so only flags can be missing.
          const names = [...new Set([...old.keys(), ...after.keys()])].filter((name) => !isBeside(name));
          const compared = names.filter(
            (name) => !name.includes(' segment ') || (old.has(name) && after.has(name)),
          );
          expect(compared.filter((name) => old.get(name) !== after.get(name))).toEqual([]);
          now = forth;
        }
      }),
      { numRuns: RUNS, seed: 20261126 },
    );
    expect(gone).toBeGreaterThan(0);
  }, 3_600_000);
});

function nextTree(judged: readonly Judged[], step: Step): Tree | undefined {
  const { tree } = judged.at(-1) as Judged;
  if (step.revert === undefined) return edited(tree, step.edits);
  if (judged.length < 2) return undefined;
  const at = step.revert % (judged.length - 1);
  return reverted(tree, (judged[at] as Judged).tree, (judged[at + 1] as Judged).tree);
}

function sameTree(a: Tree, b: Tree): boolean {
  return a.size === b.size && [...a].every(([path, text]) => b.get(path) === text);
}

/** A flag that the commit added and that went live. */
function isNew(path: string, before: Judged, after: Judged): boolean {
  const key = keyOf(path);
  return after.live.snapshot?.flags.has(key) === true && before.live.snapshot?.flags.has(key) === false;
}

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
