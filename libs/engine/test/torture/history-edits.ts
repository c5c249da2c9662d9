import { parseDocument } from 'yaml';

/** One edit of one file of the project, as a person might make it; it need not be a good one. */
export interface Edit {
  readonly kind: (typeof KINDS)[number];
  /** Which of the files that it can be made to, and a number that it may use. */
  readonly at: number;
  readonly amount: number;
}

export const KINDS = [
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
  'describe',
  'postpone',
  'staging on',
  'staging off',
  'raise percent',
  'rename rule',
  'break',
  'drop tests',
] as const;

export type Tree = ReadonlyMap<string, string>;

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
function withEnvironment(text: string, name: string, body: unknown): string {
  const document = parseDocument(text);
  if (document.errors.length > 0 || document.has('archived') || !document.has('environments')) return text;
  document.setIn(['environments', name], document.createNode(body, { flow: false }));
  return document.toString({ lineWidth: 0 });
}

function withProduction(text: string, body: object): string {
  const rules = parseDocument(text).toJS()?.environments?.production?.rules as unknown;
  // One line more or less: what else stands there stays, so that two edits of one environment need not collide.
  return withEnvironment(
    text,
    'production',
    rules === undefined || 'rules' in body ? body : { rules, ...body },
  );
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
  'type: release\nowner: search\ndescription: Made by a history\nexpires: 2027-02-01\nsafe: off\nwaive: { new-flag-live: A history goes on }\n';

export const EDITS: { readonly [K in Edit['kind']]: Change } = {
  'serve on': inFlag((text) => withProduction(text, { serve: variantsIn(text)[0] })),
  'serve off': inFlag((text) => withProduction(text, { serve: variantsIn(text)[1] })),
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
    const rule = { id: `made-${amount}`, when: { orders: { gte: amount } }, percent: amount, serve: first };
    const said = parseDocument(text).toJS()?.environments?.production;
    const production = typeof said === 'string' ? { serve: said } : said;
    const known = (production?.rules ?? []) as { id: string }[];
    const rules = [rule, ...known.filter(({ id }) => id !== rule.id)];
    const { serve, split } = production ?? {};
    return withProduction(text, { rules, ...(split === undefined ? { serve: serve ?? second } : { split }) });
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
  describe: inFlag((text, { amount }) => text.replace(/^description: .*/m, `description: Number ${amount}`)),
  postpone: inFlag((text, { amount }) =>
    text.replace(/^(expires|review): .*/m, `$1: 2027-02-${String((amount % 28) + 1).padStart(2, '0')}`),
  ),
  'staging on': inFlag((text) => withEnvironment(text, 'staging', variantsIn(text)[0])),
  'staging off': inFlag((text) => withEnvironment(text, 'staging', variantsIn(text)[1])),
  'raise percent': inFlag((text, { amount }) => text.replace(/^(\s+percent): .*/m, `$1: ${amount + 5}`)),
  'rename rule': inFlag((text, { amount }) => text.replace(/- id: .*/, `- id: renamed-${amount}`)),
  break: change(
    () => true,
    (text, { amount }) => text.slice(0, text.length - amount),
  ),
  'drop tests': change(isTest, () => undefined),
};
