import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compile } from '../compile/index.js';
import { diffSnapshots, type FlagChange, movesOnlyTowardSafe } from '../diff/index.js';
import { evaluate } from '../evaluate/index.js';
import { createDocumentCache, type LoadInput, load as loadCold, positionAt } from '../load/index.js';
import type { Finding, Flag, Position, Snapshot, SourceFile } from '../model/index.js';
import { resolve } from '../resolve/index.js';
import { commentsOf } from './comments.js';
import { editFlag, editTests, type FlagEdit } from './index.js';

/** Every edit that fits any flag of the sample shop, loaded behind what is live and compared with what was asked for. */
const SAMPLE = fileURLToPath(new URL('../../../../flags', import.meta.url));
const NOW_MS = Date.parse('2026-11-23T12:00:00Z');
const LONG = process.env.GUIDON_TEST_LONG === '1';
const ENVIRONMENTS = ['development', 'staging', 'production'];

function textsBelow(folder: string, prefix = ''): Map<string, string> {
  const texts = new Map<string, string>();
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory())
      for (const [path, text] of textsBelow(join(folder, entry.name), `${prefix}${entry.name}/`))
        texts.set(path, text);
    else texts.set(prefix + entry.name, readFileSync(join(folder, entry.name), 'utf8'));
  }
  return texts;
}

const ALL = textsBelow(SAMPLE);
/** Without the tests of the flags: what those say after an edit is a matter of its own, below. */
const UNTESTED = new Map([...ALL].filter(([path]) => !path.endsWith('.test.yaml')));

function filesOf(texts: ReadonlyMap<string, string>): SourceFile[] {
  return [...texts].map(([path, text]) => ({ path, blob: text, bytes: new TextEncoder().encode(text) }));
}

/** One file of the shop changes at a time, so the others need not be parsed again. */
const cache = createDocumentCache();
const load = (input: LoadInput) => loadCold({ ...input, cache });

const BEFORE = load({ files: filesOf(UNTESTED), nowMs: NOW_MS });
const SHOP = BEFORE.snapshot as Snapshot;
const FLAGS = [...SHOP.flags.values()];

function named({ path, code }: Finding): string {
  return `${path} ${code}`;
}

/** Findings that the edit brings, and what it changes. */
function after(flag: Flag, text: string, positions: readonly Position[] = []) {
  const files = filesOf(new Map([...UNTESTED, [flag.path, text]]));
  const result = load({ files, nowMs: NOW_MS, previous: SHOP, positions });
  const known = new Set(BEFORE.findings.map(named));
  const snapshot = result.snapshot as Snapshot;
  return {
    // Who stands on a refused file is told beside the refusal, and is no finding of its own.
    findings: result.findings
      .filter(({ code }) => code !== 'stands-on-frozen')
      .map(named)
      .filter((finding) => !known.has(finding)),
    changes: diffSnapshots(SHOP, snapshot),
    snapshot,
  };
}

function changed(before: string, text: string): { gone: string[]; come: string[] } {
  const [old, now] = [before.split('\n'), text.split('\n')];
  const rest = [...now];
  const gone = old.filter((line) => {
    const index = rest.indexOf(line);
    if (index === -1) return true;
    rest.splice(index, 1);
    return false;
  });
  return { gone, come: rest };
}

function edited(flag: Flag, edit: FlagEdit): { text: string; before: string } | undefined {
  const before = UNTESTED.get(flag.path)!;
  const result = editFlag(before, edit);
  if ('refused' in result) {
    expect(result.code).toBe('nothing-to-change');
    return undefined;
  }
  return { text: result.text, before };
}

const CONTEXTS = Array.from({ length: 40 }, (_, n) => ({
  targetingKey: `u-${n}`,
  accountId: `acct-${n}`,
  deviceId: `device-${n}`,
  email: n % 2 ? 'ada@acme.example' : 'bo@partner.example',
  platform: ['ios', 'android', 'web'][n % 3],
  appVersion: `${n % 5}.1.0`,
  orders: n * 3,
  basketTotal: n * 400,
  'store.country': ['NO', 'SE', 'DK', 'IS', 'FI'][n % 5],
  loyaltyLevel: ['basic', 'silver', 'gold'][n % 3],
}));

function served(
  snapshot: Snapshot,
  flag: Flag,
  environment: string,
  stage?: string,
): Set<string | undefined> {
  const position = positionAt(flag, environment, stage);
  const ruleset = resolve(snapshot, position === undefined ? [] : [position], environment, 'r1');
  const view = compile(ruleset, { generation: 1, killed: new Set() });
  return new Set([{}, ...CONTEXTS].map((context) => evaluate(view, flag.key, context, NOW_MS).variant));
}

/** Others that require the flag are told; their files are not at fault, so these are warnings. */
function ofOthers(flag: Flag, findings: readonly string[]): string[] {
  return findings.filter((finding) => !finding.endsWith(' kept-in-spite') || finding.startsWith(flag.path));
}

const CASES = FLAGS.flatMap((flag) => ENVIRONMENTS.map((environment) => [flag.key, environment] as const));

describe('kill', () => {
  it.each(CASES)('makes %s serve only safe in %s, on one line, with every comment', (key, environment) => {
    const flag = SHOP.flags.get(key) as Flag;
    if (flag.archived !== undefined) return expect(flag.key).toBe('price-rounding');
    const edit = edited(flag, { kind: 'kill', environments: [environment] });
    if (edit === undefined) return expect(served(SHOP, flag, environment)).toEqual(new Set([flag.safe]));
    const { gone, come } = changed(edit.before, edit.text);
    expect([gone.length <= 1, come.length]).toEqual([true, 1]);
    expect(commentsOf(edit.text)).toEqual(commentsOf(edit.before));
    const { findings, changes, snapshot } = after(flag, edit.text);
    expect(ofOthers(flag, findings)).toEqual([]);
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({ flag: key, environment });
    expect(movesOnlyTowardSafe(changes, SHOP)).toBe(true);
    for (const stage of [undefined, 'done'])
      expect(served(snapshot, snapshot.flags.get(key) as Flag, environment, stage)).toEqual(
        new Set([flag.safe]),
      );
  });

  it('passes while a rollout runs, and leaves it in the file', () => {
    const flag = SHOP.flags.get('new-checkout') as Flag;
    const position = positionAt(flag, 'production', 'quarter') as Position;
    const edit = edited(flag, { kind: 'kill', environments: ['production'] });
    const { findings, snapshot } = after(flag, edit!.text, [position]);
    expect(findings.filter((finding) => finding.startsWith(flag.path))).toEqual([]);
    expect(snapshot.flags.get(flag.key)?.environments.get('production')?.rollout).toBeDefined();
  });
});

describe('serve', () => {
  const everyVariant = FLAGS.flatMap((flag) =>
    flag.archived !== undefined
      ? []
      : ENVIRONMENTS.filter((id) => id !== 'staging' || LONG).flatMap((id) =>
          flag.variants.map(({ name }) => [flag.key, id, name] as const),
        ),
  );

  it.each(everyVariant)(
    'sets the last line of %s in %s to %s and nothing else',
    (key, environment, variant) => {
      const flag = SHOP.flags.get(key) as Flag;
      const before = UNTESTED.get(flag.path)!;
      const result = editFlag(before, { kind: 'serve', environment, variant });
      if ('refused' in result) {
        const rollout = flag.environments.get(environment)?.rollout;
        const isRollout = rollout !== undefined && 'serve' in rollout.to && rollout.to.serve === variant;
        return expect(result.code).toBe(isRollout ? 'by-hand' : 'nothing-to-change');
      }
      const { gone, come } = changed(before, result.text);
      expect([gone.length <= 1, come.length]).toEqual([true, 1]);
      expect(commentsOf(result.text)).toEqual(commentsOf(before));
      const { findings, changes } = after(flag, result.text);
      const own = findings.filter((finding) => finding.startsWith(flag.path));
      // A jump in production is for the loader to refuse; a split that is gone may leave the flag's `by` without use.
      const judged = [`${flag.path} percent-jump`, `${flag.path} unused-bucketing`];
      expect(own.filter((finding) => !judged.includes(finding))).toEqual([]);
      if (own.includes(judged[0]!)) return;
      expect(changes).toEqual([
        expect.objectContaining({ flag: key, environment, kind: 'rest', to: { serve: variant } }),
      ]);
    },
  );
});

describe('percent, expires', () => {
  const shares = FLAGS.flatMap((flag) =>
    [...flag.environments].flatMap(([id, { rules }]) =>
      rules.filter(({ share }) => share !== undefined).map((rule) => [flag.key, id, rule.id] as const),
    ),
  );

  it.each(shares)('changes the percentage of %s in %s, rule %s', (key, environment, rule) => {
    const flag = SHOP.flags.get(key) as Flag;
    const edit = edited(flag, { kind: 'percent', environment, rule, percent: 7.125 });
    const { gone, come } = changed(edit!.before, edit!.text);
    expect([gone.length, come.length]).toEqual([1, 1]);
    expect(commentsOf(edit!.text)).toEqual(commentsOf(edit!.before));
    const { findings, changes } = after(flag, edit!.text);
    expect(findings).toEqual([]);
    expect(changes).toEqual([
      expect.objectContaining({
        flag: key,
        environment,
        kind: 'rule-percent',
        rule,
        to: expect.closeTo(7.125),
      }),
    ]);
  });

  it.each(FLAGS.filter(({ archived }) => archived === undefined).map(({ key }) => key))(
    'puts the date of %s off',
    (key) => {
      const flag = SHOP.flags.get(key) as Flag;
      const edit = edited(flag, { kind: 'expires', date: '2027-06-02' });
      const { gone, come } = changed(edit!.before, edit!.text);
      expect([gone.length, come.length]).toEqual([1, 1]);
      expect(commentsOf(edit!.text)).toEqual(commentsOf(edit!.before));
      const { findings, changes } = after(flag, edit!.text);
      // 180 days is what the project allows; the loader says so.
      expect(findings.filter((finding) => !finding.endsWith(' expires-far'))).toEqual([]);
      const field = flag.type === 'ops' ? 'review' : 'expires';
      expect(changes).toEqual([{ flag: key, kind: 'details', fields: [field] }]);
    },
  );
});

function asksFor(flag: Flag, key: string): boolean {
  return JSON.stringify([flag.requires, [...flag.environments.values()]]).includes(`"flag":"${key}"`);
}

describe('archive, rollout-done', () => {
  it.each(FLAGS.filter(({ archived }) => archived === undefined).map(({ key }) => key))(
    'archives %s',
    (key) => {
      const flag = SHOP.flags.get(key) as Flag;
      const edit = edited(flag, { kind: 'archive', date: '2026-11-23', serve: flag.safe });
      const { findings, changes, snapshot } = after(flag, edit!.text);
      const own = findings.filter((finding) => finding.startsWith(flag.path));
      const isNamed = FLAGS.some((other) => asksFor(other, key));
      // Others still ask for it: the loader says so and keeps the flag, as it must.
      if (isNamed) return expect(own).toEqual([`${flag.path} breaks-other-file`]);
      expect(findings).toEqual([]);
      expect(changes.filter((change) => change.flag === key).map(({ kind }) => kind)).toContain('archived');
      for (const environment of ENVIRONMENTS)
        expect(served(snapshot, snapshot.flags.get(key) as Flag, environment)).toEqual(new Set([flag.safe]));
      const { gone, come } = changed(edit!.before, edit!.text);
      expect(
        gone.filter((line) => !/^( |(environments|requires|waive|by|salt|bucketing):)/.test(line)),
      ).toEqual([]);
      expect(come).toEqual(['archived: 2026-11-23', `serve: ${flag.safe}`]);
    },
  );

  const rollouts = FLAGS.flatMap((flag) =>
    [...flag.environments]
      .filter(([, { rollout }]) => rollout !== undefined)
      .map(([id]) => [flag.key, id] as const),
  );

  it.each(rollouts)(
    'leaves everybody of %s in %s where the finished rollout had them',
    (key, environment) => {
      const flag = SHOP.flags.get(key) as Flag;
      const edit = edited(flag, { kind: 'rollout-done', environment });
      const done = positionAt(flag, environment, 'done') as Position;
      const { findings, changes, snapshot } = after(flag, edit!.text, [done]);
      expect(findings.filter((finding) => finding !== `${flag.path} unused-bucketing`)).toEqual([]);
      expect(changes.map(({ kind }: FlagChange) => kind)).toEqual(['rollout', 'rest']);
      const now = snapshot.flags.get(key) as Flag;
      const ask = (shop: Snapshot, positions: readonly Position[]) => {
        const view = compile(resolve(shop, positions, environment, 'r'), {
          generation: 1,
          killed: new Set(),
        });
        return CONTEXTS.map((context) => evaluate(view, key, context, NOW_MS).variant);
      };
      expect(now.environments.get(environment)?.rollout).toBeUndefined();
      expect(ask(snapshot, [])).toEqual(ask(SHOP, [done]));
    },
  );
});

describe('editTests', () => {
  const live = load({ files: filesOf(ALL), nowMs: NOW_MS }).snapshot as Snapshot;
  const tested = CASES.filter(([key, id]) => {
    const flag = SHOP.flags.get(key) as Flag;
    // Loading with all tests takes longest, so the other environments are left to the long run.
    if (id !== 'production' && !LONG) return false;
    return flag.environments.has(id) && ALL.has(flag.path.replace('.yaml', '.test.yaml'));
  });

  it.each(tested)(
    'lets the tests of %s expect a kill in %s, so that the change is not refused',
    (key, environment) => {
      const flag = SHOP.flags.get(key) as Flag;
      const path = flag.path.replace('.yaml', '.test.yaml');
      const kill = edited(flag, { kind: 'kill', environments: [environment] });
      if (kill === undefined) return;
      const before = ALL.get(path)!;
      const result = editTests(before, { cases: 'all', environments: [environment], variant: flag.safe });
      const text = 'refused' in result ? before : result.text;
      expect(commentsOf(text)).toEqual(commentsOf(before));
      const files = filesOf(new Map([...ALL, [flag.path, kill.text], [path, text]]));
      const now = load({ files, nowMs: NOW_MS, previous: live });
      const failed = now.findings.filter(({ code, path: at }) => code === 'test-failed' && at === path);
      expect(failed).toEqual([]);
    },
  );
});

it('edits or refuses whatever text it is given, and never loses a comment unnamed', () => {
  const texts = [...UNTESTED.values()];
  const edits: FlagEdit[] = [
    { kind: 'kill', environments: 'all' },
    { kind: 'kill', environments: ['production'] },
    { kind: 'serve', environment: 'staging', variant: 'off' },
    { kind: 'expires', date: '2028-01-01' },
    { kind: 'archive', date: '2026-11-23', serve: 'off' },
    { kind: 'rollout-done', environment: 'production' },
  ];
  const slip = fc.record({
    at: fc.nat(),
    cut: fc.nat(6),
    put: fc.constantFrom('', ' ', '\n', '#', '{', '"', '\t', '- '),
  });
  const input = fc.tuple(
    fc.constantFrom(...texts),
    fc.array(slip, { maxLength: 3 }),
    fc.constantFrom(...edits),
  );
  let done = 0;
  const check = fc.property(input, ([text, slips, edit]) => {
    const torn = slips.reduce((now, { at, cut, put }) => {
      const from = at % (now.length + 1);
      return now.slice(0, from) + put + now.slice(from + cut);
    }, text);
    const result = editFlag(torn, edit);
    if ('refused' in result) return;
    done++;
    expect([...commentsOf(result.text), ...result.lostComments].sort()).toEqual(commentsOf(torn).sort());
  });
  fc.assert(check, { numRuns: LONG ? 5000 : 300, seed: 20261123 });
  expect(done).toBeGreaterThan(60);
});
