import { createDocumentCache, load } from '@guidon/engine/load';
import type { Snapshot } from '@guidon/engine/model';
import { projectFile, sourceFiles } from '@guidon/testkit';
import { expect, it } from '@jest/globals';
import { NO_PAST } from '../checkout/load-compared.js';
import { paintFor } from '../output/paint.js';
import { makePlan } from './make-plan.js';
import type { PlanDocument } from './plan-document.js';
import { printPlan } from './print-plan.js';

const NOW_MS = Date.parse('2026-11-23T12:00:00Z');
const PROJECT = projectFile().replace('  - id: development', '  - id: development\n  - id: staging');
type Texts = { readonly [path: string]: string };

function planOf(before: Texts, after: Texts): PlanDocument {
  const read = (texts: Texts) => sourceFiles({ 'guidon.yaml': PROJECT, ...texts });
  const previous = load({ files: read(before), nowMs: NOW_MS }).snapshot as Snapshot;
  const files = read(after);
  const liveBefore = new Set(files.map(({ path, blob }) => `${path}:${blob}`));
  const judged = load({ files, previous, liveBefore, nowMs: NOW_MS });
  const input = { previous, liveBefore, cache: createDocumentCache() };
  const comparison = { sentence: 'Compared with main.', input, reader: NO_PAST };
  const revisions = { comparison, files, before: previous, wanted: judged.snapshot, judged };
  return makePlan({ revisions, nowMs: NOW_MS, prefix: 'flags' });
}

/** Every sentence of one flag; those of an environment begin with its name. */
function told(before: string, after: string, more: Texts = {}): string[] {
  const plan = planOf({ ...more, 'a.yaml': before }, { ...more, 'a.yaml': after });
  expect(plan.blocks).toEqual([]);
  return plan.flags.flatMap(({ changes, environments }) => [
    ...changes.map(({ text }) => text),
    ...environments.flatMap((one) => one.changes.map(({ text }) => `${one.environment}: ${text}`)),
  ]);
}

const HEAD = 'type: release\nowner: payments\ndescription: A flag\nexpires: 2099-12-31\n';
const flag = (environments: string, more = 'safe: off') =>
  `${HEAD}${more}\nenvironments:\n${environments.replaceAll(/^/gm, '  ')}\n`;
const RULES = (...rules: string[]) =>
  flag(`staging:\n  rules:\n${rules.map((rule) => `    - { ${rule} }\n`).join('')}  serve: off`);
const MANY = 'id: many, when: { orders: { gte: 5 } }, serve: on';
const NORTH = 'id: north, when: { country: "NO" }, serve: on';
const OTHER = flag('staging: on');

it.each([
  ['everyone', flag('staging: off'), flag('staging: on'), ['staging: Everyone gets "on" instead of "off".']],
  [
    'an environment that is no longer listed',
    flag('staging: on'),
    flag('development: off'),
    ['staging: Everyone gets "off" instead of "on".'],
  ],
  [
    'a new rule',
    RULES(MANY),
    RULES(NORTH, MANY),
    ['staging: New rule north: people whose country is Norway get "on".'],
  ],
  [
    'a rule whose id changes, with its share',
    RULES('id: a, when: { orders: { gte: 5 } }, percent: 10, serve: on'),
    RULES('id: b, when: { orders: { gte: 5 } }, percent: 100, serve: on'),
    [
      'staging: Rule a is called b now and takes the same people.',
      'staging: Rule b, people with orders of at least 5: "on" for 10 % → 100 % of them, ten times as many.',
    ],
  ],
  [
    'a rule of which only the id changes',
    RULES(MANY),
    RULES(MANY.replace('many', 'lots')),
    ['staging: Rule many is called lots now and takes the same people.'],
  ],
  [
    'a new rule with a share',
    RULES(MANY),
    RULES(MANY, 'id: north, when: { country: "NO" }, percent: 12.5, serve: on'),
    [
      'staging: New rule north: 12.5 % of people whose country is Norway get "on".',
      'staging: Rule north, people whose country is Norway: "on" for 0 % → 12.5 % of them.',
    ],
  ],
  [
    'a rule that goes',
    RULES(NORTH, MANY),
    RULES(MANY),
    ['staging: Rule north goes: people whose country is Norway get what the lines below say.'],
  ],
  [
    'another order',
    RULES(NORTH, MANY.replace('serve: on', 'serve: off')),
    RULES(MANY.replace('serve: on', 'serve: off'), NORTH),
    [
      'staging: Rule many is asked in another place of the order, and the first that fits wins.',
      'staging: Rule north is asked in another place of the order, and the first that fits wins.',
    ],
  ],
  [
    'another condition',
    RULES(MANY),
    RULES(MANY.replace('gte: 5', 'gte: 6')),
    [
      'staging: Rule many takes other people. Before: people with orders of at least 5. Now: people with orders of at least 6. They get "on".',
    ],
  ],
  [
    'another outcome',
    RULES(MANY),
    RULES(MANY.replace('serve: on', 'serve: off')),
    ['staging: Rule many, people with orders of at least 5: they get "off" instead of "on".'],
  ],
  [
    'a split',
    flag('staging: { split: { on: 20, off: 80 } }'),
    flag('staging: { split: { on: 50, off: 50 } }'),
    ['staging: "on" for 20 % → 50 % of everyone, 2.5 times as many.'],
  ],
  [
    'another salt',
    flag('staging: { split: { on: 20, off: 80 } }'),
    flag('staging: { split: { on: 20, off: 80 }, salt: again }'),
    [
      'staging: The shares of everyone else are drawn with the salt again instead of the salt a.',
      'staging: The same shares of everyone, but drawn anew: 32 % of everyone change sides.',
    ],
  ],
  [
    'the safe variant',
    flag('staging: on'),
    flag('staging: on', 'safe: on'),
    [
      'What is served when the flag is killed or in doubt: "off" → "on".',
      'development: Everyone gets "on" instead of "off".',
      'production: Everyone gets "on" instead of "off".',
    ],
  ],
  [
    'variants',
    flag('staging: a', 'variants: { a: red, b: blue }\nsafe: a'),
    flag('staging: a', 'variants: { a: green, c: blue }\nsafe: a'),
    [
      'New variant "c" = "blue". The variant "b" goes. The variant "a" is now "green": whoever gets it gets that.',
      'production: The other value of "a" reaches everyone, at once.',
    ],
  ],
  [
    'requirements',
    flag('staging: on'),
    flag('staging: on', 'safe: off\nrequires: { b: on }'),
    ['It requires b to be "on"; where that is not so everybody gets "off".'],
  ],
  [
    'the end of requirements',
    flag('staging: on', 'safe: off\nrequires: { b: on }'),
    flag('staging: on'),
    ['It no longer requires other flags.'],
  ],
  [
    'an archive',
    flag('staging: on'),
    `${HEAD}safe: off\narchived: 2026-11-01\nserve: off\n`,
    [
      'The flag is archived: everybody gets "off", everywhere.',
      'staging: Everyone gets "off" instead of "on".',
    ],
  ],
  [
    'words only',
    flag('staging: on'),
    flag('staging: on').replace('A flag', 'Said better'),
    ['description "A flag" → "Said better": nothing that is served depends on it.'],
  ],
  [
    'waivers, new and old, and other details with what was and is written',
    flag('staging: on', 'safe: off\ntags: [checkout]\nwaive: { new-flag-live: It was }'),
    flag('staging: on', 'safe: off\nwaive: { percent-jump: Norway was promised }').replace(
      '2099-12-31',
      '2099-12-30',
    ),
    [
      'expires "2099-12-31" → "2099-12-30" and tags ["checkout"] → none: nothing that is served depends on it.',
      'Waives percent-jump from now on: "Norway was promised".',
      'No longer waives new-flag-live.',
    ],
  ],
])('says in words %s', (_, before, after, sentences) => {
  expect(told(before, after, { 'b.yaml': OTHER })).toEqual(sentences);
});

it('names nothing that stays, however it is written', () => {
  const plan = planOf(
    { 'a.yaml': flag('staging: off\ndevelopment: on'), 'b.yaml': OTHER },
    { 'x/a.yaml': flag('development: { serve: on }\nstaging: off\nproduction: off'), 'b.yaml': OTHER },
  );
  expect(plan).toMatchObject({ verdict: 'fine', flags: [], segments: [] });
});

it('lets nothing from a file move the cursor of a terminal', () => {
  const hostile = flag('staging: on').replace('A flag', '"\\u001B[2J\\u202Eevil"');
  const text = printPlan(planOf({ 'a.yaml': flag('staging: on') }, { 'a.yaml': hostile }), paintFor(false));
  expect(text).toContain('\\u001b[2J\\u202eevil');
  expect(text).not.toMatch(/\p{Bidi_Control}/u);
  expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
});

it.each([
  [
    'another value of a variant, with the shares that serve it',
    'variants: { loud: HELLO, calm: Hello }\nsafe: loud',
    'variants: { loud: HELLO, calm: Good day }\nsafe: loud',
    '{ rules: [{ id: north, when: { country: "NO" }, percent: 5, salt: x, serve: calm }], split: { loud: 70, calm: 30 } }',
    'The other value of "calm" reaches 5 % of those whom rule north takes and 30 % of everyone else, at once.',
  ],
  [
    'another safe variant',
    'safe: off',
    'safe: on',
    'on',
    'While the flag is killed, everybody gets "on" here instead of "off"; so does whoever lacks what a split draws by.',
  ],
  [
    'requirements that go',
    'safe: off\nrequires: { b: on }',
    'safe: off',
    'on',
    'Whoever got "off" because b "on" was not so gets what else than "off" is served here: to everyone.',
  ],
])(
  'names the protected environment that is touched by %s, and counts it',
  (_, old, now, production, sentence) => {
    const texts = (more: string): Texts => ({
      'a.yaml': flag(`production: ${production}`, more),
      'b.yaml': flag('production: on'),
    });
    const plan = planOf(texts(old), texts(now));
    const [environment, ...others] = plan.flags[0]?.environments.filter((one) => one.protected) ?? [];
    expect(others).toEqual([]);
    expect(environment).toMatchObject({ environment: 'production', changes: [{ text: sentence }] });
    expect(printPlan(plan, paintFor(false))).toContain('1 flag changes in a protected environment');
  },
);
