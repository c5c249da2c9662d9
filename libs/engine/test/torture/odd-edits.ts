import fc from 'fast-check';
import { edited, type Step, type Tree } from './histories.js';
import type { Edit } from './history-edits.js';
import { type Telling, tellings } from './told-past.js';

/** What histories of good and bad flags lack: files in odd places, dependencies, dates, the project and its segments. */
export interface OddEdit {
  readonly odd: (typeof ODDITIES)[number];
  readonly at: number;
  readonly amount: number;
}

const ODDITIES = [
  'require',
  'ask for another flag',
  'rename a segment',
  'give to another team',
  'expire soon',
  'waive',
  'unknown attribute',
  'read me',
  'stray file',
  'second file',
  'other spelling',
  'signers',
  'another budget',
  'drop an attribute',
  'pin a flag in tests',
  'expect otherwise',
  'unarchive',
] as const;

export interface OddStep {
  readonly edits: readonly (Edit | OddEdit)[];
  /** Take back what an earlier commit did. */
  readonly revert: number | undefined;
  /** What comes between this commit and the next. */
  readonly after: 'adopted' | 'refused' | 'forgotten';
  readonly hours: number;
  /** The commit is judged once for each, and the last one counts. */
  readonly told: readonly Telling[];
}

/** Those after which only a whole load will do, for once or until they are taken back. */
const WHOLE: ReadonlySet<string> = new Set<OddEdit['odd']>([
  'stray file',
  'second file',
  'other spelling',
  'signers',
  'another budget',
  'drop an attribute',
]);

const oddEdit: fc.Arbitrary<OddEdit> = fc.record({
  odd: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...ODDITIES.filter((odd) => !WHOLE.has(odd))) },
    { weight: 1, arbitrary: fc.constantFrom(...ODDITIES.filter((odd) => WHOLE.has(odd))) },
  ),
  at: fc.nat(1000),
  amount: fc.integer({ min: 1, max: 40 }),
});

/** `plain`: what a history of ordinary commits is made of. */
export function oddHistories(plain: fc.Arbitrary<Step[]>): fc.Arbitrary<OddStep[]> {
  const around = fc.record({
    odd: fc.array(oddEdit, { maxLength: 2 }),
    after: fc.oneof(
      { weight: 10, arbitrary: fc.constant('adopted' as const) },
      { weight: 2, arbitrary: fc.constant('refused' as const) },
      { weight: 1, arbitrary: fc.constant('forgotten' as const) },
    ),
    hours: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(0, 1) },
      { weight: 1, arbitrary: fc.constantFrom(12, 30, 100) },
    ),
    told: fc.array(tellings, { minLength: 1, maxLength: 2 }),
  });
  return fc.array(fc.tuple(plain, around), { minLength: 3, maxLength: 6 }).map((parts) =>
    parts.flatMap(([steps, { odd, after, hours, told }]) =>
      steps.slice(0, 3).map((step, index): OddStep => {
        const edits = step.revert === undefined ? step.edits.slice(0, 2) : [];
        const own = index === 0 ? [...edits, ...odd] : edits;
        return {
          edits: own,
          revert: step.revert,
          after: index === 0 ? after : 'adopted',
          ...{ hours, told },
        };
      }),
    ),
  );
}

const swing: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom(
    ...([
      'split',
      'split',
      'split',
      'serve off',
      'serve on',
      'add rule',
      'raise percent',
      'rename rule',
    ] as const),
    ...([
      'grow segment',
      'grow segment',
      'shrink segment',
      'shrink segment',
      'new flag',
      'delete',
      'drop tests',
    ] as const),
  ),
  at: fc.nat(2),
  amount: fc.constantFrom(5, 10, 20, 30),
});

/** Up and down at the same few places, so that much goes back to where it was once, not always by a revert. */
export const swings: fc.Arbitrary<OddStep[]> = fc.array(
  fc.record({
    edits: fc.array(swing, { minLength: 1, maxLength: 3 }),
    revert: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(20) }),
    after: fc.constantFrom('adopted', 'adopted', 'adopted', 'refused'),
    hours: fc.constantFrom(0, 1),
    told: fc.array(tellings, { minLength: 2, maxLength: 3 }),
  }),
  { minLength: 6, maxLength: 14 },
);

export function oddlyEdited(tree: Tree, edits: OddStep['edits']): Tree {
  let after = tree;
  for (const edit of edits) after = 'odd' in edit ? made(after, edit) : edited(after, [edit]);
  return after;
}

const FIXED: ReadonlySet<string> = new Set(['guidon.yaml', 'allowed_signers', 'README.md']);

function made(tree: Tree, { odd, at, amount }: OddEdit): Tree {
  const after = new Map(tree);
  const paths = [...tree.keys()].sort();
  const flags = paths.filter(
    (path) => !FIXED.has(path) && path.endsWith('.yaml') && !/^segments\/|\.test\.yaml$/.test(path),
  );
  const nth = (list: readonly string[], n: number) => list[n % Math.max(1, list.length)] ?? 'guidon.yaml';
  const path = nth(flags, at);
  const other = keyOf(nth(flags, at + amount));
  const edit = (which: string, change: (text: string) => string) => {
    const text = after.get(which);
    if (text !== undefined) after.set(which, change(text));
  };
  const add = (line: string) => edit(path, (text) => `${text.trimEnd()}\n${line}\n`);
  const segment = nth(
    paths.filter((one) => one.startsWith('segments/')),
    at,
  );
  const tests = nth(
    paths.filter((one) => one.endsWith('.test.yaml')),
    at,
  );
  const makers: { readonly [name in OddEdit['odd']]: () => void } = {
    require: () => add(`requires: { ${other}: ${amount % 3 === 0 ? 'off' : 'on'} }`),
    'ask for another flag': () =>
      edit(path, (text) =>
        text.replace(/^( {2})production:.*(\n {4}.*)*/m, () =>
          [
            '  production:',
            '    rules:',
            `      - { id: asks, when: { flag: { ${other}: on } }, serve: off }`,
            '    serve: off',
          ].join('\n'),
        ),
      ),
    'rename a segment': () => {
      after.set(segment.replace('.yaml', `-${amount % 3}.yaml`), after.get(segment) ?? '');
      after.delete(segment);
    },
    'give to another team': () => edit(path, (text) => text.replace(/^owner: .*/m, 'owner: search')),
    'expire soon': () =>
      edit(path, (text) => text.replace(/^(expires|review): .*/m, `$1: 2026-11-${20 + (amount % 9)}`)),
    waive: () => add('waive: { percent-jump: agreed with everybody, config-shaped: it is one }'),
    'unknown attribute': () =>
      edit(amount % 2 === 0 ? segment : path, (text) => text.replaceAll('accountId', 'accountIdd')),
    'read me': () => after.set('README.md', `# Flags ${amount}`),
    'stray file': () => (at % 2 === 0 ? after.set('notes.yml', 'a: 1\n') : after.delete('notes.yml')),
    'second file': () => after.set(`twice/${keyOf(path)}.yaml`, after.get(path) ?? ''),
    'other spelling': () => {
      after.set(path.replace(keyOf(path), keyOf(path).toUpperCase()), after.get(path) ?? '');
      after.delete(path);
    },
    signers: () => after.set('allowed_signers', `ada@acme.example ssh-ed25519 AAAA${amount % 2}\n`),
    'another budget': () =>
      edit('guidon.yaml', (text) => text.replace(/flagsPerTeam: \d+/, `flagsPerTeam: ${amount % 5}`)),
    'drop an attribute': () => edit('guidon.yaml', (text) => text.replace(/^ {2}basketTotal: .*\n/m, '')),
    'pin a flag in tests': () =>
      edit(tests, (text) => text.replace(/^( +)expect:/m, `$1flags: { ${other}: on }\n$1expect:`)),
    'expect otherwise': () =>
      edit(tests, (text) =>
        text.replace(/production: (on|off)/, (_, v) => `production: ${v === 'on' ? 'off' : 'on'}`),
      ),
    unarchive: () => edit(path, (text) => text.replace(/^(archived|serve): .*\n/gm, '')),
  };
  makers[odd]();
  return after;
}

function keyOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/(\.test)?\.yaml$/, '');
}
