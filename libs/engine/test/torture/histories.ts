import fc from 'fast-check';
import { parseDocument } from 'yaml';
import type { SourceFile } from '../../src/model/index.js';

/** One edit of one file of the project, as a person might make it; it need not be a good one. */
export interface Edit {
  readonly kind: (typeof KINDS)[number];
  /** Which of the files that it can be made to, and a number that it may use. */
  readonly at: number;
  readonly amount: number;
}

const KINDS = [
  'serve on',
  'serve off',
  'split',
  'new flag',
  'archive',
  'delete',
  'move',
  'add rule',
  'drop rules',
  'grow segment',
  'shrink segment',
  'raise limits',
  'break',
  'drop tests',
] as const;

/** What one commit of a history does: edits, or `git revert` of an earlier one, counted from the first. */
export type Step =
  | { readonly edits: readonly Edit[]; readonly revert?: undefined }
  | { readonly revert: number };

const edit = fc.record({
  kind: fc.constantFrom(...KINDS),
  at: fc.nat(1000),
  amount: fc.integer({ min: 1, max: 40 }),
});

/** Histories in which about every third commit takes back an earlier one. */
export const histories = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.record({ edits: fc.array(edit, { minLength: 1, maxLength: 6 }) }) },
    { weight: 1, arbitrary: fc.record({ revert: fc.nat(20) }) },
  ),
  { minLength: 2, maxLength: 8 },
) as fc.Arbitrary<Step[]>;

export type Tree = ReadonlyMap<string, string>;

/** The tree after the edits; an edit that finds no file to be made to does nothing. */
export function edited(tree: Tree, edits: readonly Edit[]): Tree {
  let after = tree;
  for (const one of edits) after = EDITS[one.kind](after, one);
  return after;
}

/**
 * What `git revert` of the step from `before` to `after` makes of a tree, file by file. A file that was edited since is
 * a conflict, which a person resolves: here by leaving it as it is.
 */
export function reverted(tree: Tree, before: Tree, after: Tree): Tree {
  const result = new Map(tree);
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(path), after.get(path)];
    if (old === now || tree.get(path) !== now) continue;
    if (old === undefined) result.delete(path);
    else result.set(path, old);
  }
  return result;
}

export function filesOf(tree: Tree): SourceFile[] {
  const encoder = new TextEncoder();
  return [...tree].map(([path, text]) => ({ path, blob: blobOf(text), bytes: encoder.encode(text) }));
}

/** FNV-1a over UTF-16: equal texts have equal ids, others hardly ever. */
export function blobOf(text: string): string {
  let [low, high] = [0x811c9dc5, 0x01000193];
  for (let at = 0; at < text.length; at += 1) {
    low = Math.imul(low ^ text.charCodeAt(at), 0x01000193);
    high = Math.imul(high ^ text.charCodeAt(at), 0x85ebca6b);
  }
  return `${(low >>> 0).toString(16)}${(high >>> 0).toString(16)}${text.length.toString(16)}`;
}

const isFlag = (path: string): boolean =>
  !path.startsWith('segments/') && !path.endsWith('.test.yaml') && path !== 'guidon.yaml';
const isSegment = (path: string): boolean => path.startsWith('segments/');
const isTest = (path: string): boolean => path.endsWith('.test.yaml');

function chosen(tree: Tree, fits: (path: string) => boolean, at: number): string | undefined {
  const paths = [...tree.keys()].filter(fits).sort();
  return paths[at % Math.max(1, paths.length)];
}

type Change = (tree: Tree, edit: Edit) => Tree;

function change(
  fits: (path: string) => boolean,
  make: (text: string, edit: Edit) => string | undefined,
): Change {
  return (tree, one) => {
    const path = chosen(tree, fits, one.at);
    if (path === undefined) return tree;
    const text = make(tree.get(path) as string, one);
    const after = new Map(tree);
    if (text === undefined) after.delete(path);
    else after.set(path, text);
    return after;
  };
}

const inFlag = (make: (text: string, edit: Edit) => string | undefined): Change => change(isFlag, make);

/** Sets what an environment says and leaves the rest of the text as it was. */
function withProduction(text: string, body: unknown): string {
  const document = parseDocument(text);
  if (document.errors.length > 0 || document.has('archived') || !document.has('environments')) return text;
  document.setIn(['environments', 'production'], document.createNode(body, { flow: true }));
  return document.toString({ lineWidth: 0 });
}

/** Names of the first two variants; those of a flag that declares none are on and off. */
function variantsIn(text: string): [string, string] {
  const declared = parseDocument(text).toJS()?.variants as object | undefined;
  const [first = 'on', second = 'off'] = Object.keys(declared ?? {});
  return [first, second];
}

function without(text: string, ...path: string[]): string {
  const document = parseDocument(text);
  if (document.errors.length > 0 || !document.hasIn(path)) return text;
  document.deleteIn(path);
  return document.toString({ lineWidth: 0 });
}

const RELEASE =
  'type: release\nowner: search\ndescription: Made by a history\nexpires: 2027-02-01\nsafe: off\n';

const EDITS: { readonly [K in Edit['kind']]: Change } = {
  'serve on': inFlag((text) => withProduction(text, variantsIn(text)[0])),
  'serve off': inFlag((text) => withProduction(text, variantsIn(text)[1])),
  split: inFlag((text, { amount }) => {
    const [first, second] = variantsIn(text);
    return withProduction(text, { split: { [first]: amount, [second]: 100 - amount } });
  }),
  'new flag': (tree, { at, amount }) => {
    const path = `search/made-${amount}.yaml`;
    const body = at % 2 === 0 ? 'environments: { production: on }\n' : 'environments: { development: on }\n';
    return tree.has(path) ? tree : new Map(tree).set(path, RELEASE + body);
  },
  archive: inFlag((text) => {
    const fields = /^(type|owner|description|expires|review|safe|variants):.*(\n {2}.*)*\n/gm;
    const safe = /^safe: (\S+)/m.exec(text)?.[1] ?? 'off';
    return `${(text.match(fields) ?? []).join('')}archived: 2026-11-20\nserve: ${safe}\n`;
  }),
  delete: inFlag(() => undefined),
  move: (tree, { at }) => {
    const path = chosen(tree, isFlag, at);
    if (path === undefined) return tree;
    const after = new Map(tree);
    for (const old of [path, path.replace(/\.yaml$/, '.test.yaml')]) {
      const text = after.get(old);
      if (text === undefined || !after.delete(old)) continue;
      after.set(`moved-${at % 3}/${old.slice(old.lastIndexOf('/') + 1)}`, text);
    }
    return after;
  },
  'add rule': inFlag((text, { amount }) => {
    const [first, second] = variantsIn(text);
    const rule = { id: `made-${amount}`, when: { orders: { gte: amount } }, serve: first };
    return withProduction(text, { rules: [rule], serve: second });
  }),
  'drop rules': inFlag((text) => without(text, 'environments', 'production', 'rules')),
  'grow segment': change(isSegment, (text, { amount }) => {
    const names = Array.from({ length: amount * 3 }, (_, index) => `acct-${index}`).join(', ');
    return text.replace(/^when:[\s\S]*/m, `when: { accountId: [${names}] }\n`);
  }),
  'shrink segment': change(isSegment, (text) =>
    text.replace(/^when:[\s\S]*/m, 'when: { accountId: [acct-1] }\n'),
  ),
  'raise limits': change(
    (path) => path === 'guidon.yaml',
    (text, { amount }) => text.replace(/jumpPoints: \d+/, `jumpPoints: ${amount}`),
  ),
  break: change(
    () => true,
    (text, { amount }) => text.slice(0, text.length - amount),
  ),
  'drop tests': change(isTest, () => undefined),
};
