import { evaluate } from '@guidon/engine/evaluate';
import type { SourceFile } from '@guidon/engine/model';
import { createGitRemote, type GitRemote, startPostgres, type TestPostgres } from '@guidon/testkit';
import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import { type Breakage, everyBreakage } from '../../../libs/engine/test/torture/breakages.js';
import { createBench } from '../../../libs/engine/test/torture/judge-breakage.js';
import { readSample, SAMPLE_NOW_MS, seeded } from '../../../libs/engine/test/torture/sample-project.js';
import { readVersions } from '../src/catalog/file.repository.js';
import type { Database } from '../src/kernel/database/index.js';
import { aSyncingReplica, auditEntries, openStore, type Replica, type SyncingReplica } from './store-kit.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(120_000);

const ENVIRONMENTS = ['development', 'staging', 'production'];
const SEED = 20261125;
const SAMPLE = readSample();
/** The one archived flag of the sample, which alone may be deleted. */
const ARCHIVED = 'catalog/price-rounding.yaml';

/** Both databases get the same commits, and it takes a while to find them. */
function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

type Texts = { [path: string]: Uint8Array | undefined };

function sampleRemote(): Promise<GitRemote> {
  const decoder = new TextDecoder();
  const files = SAMPLE.map(({ path, bytes }) => [`flags/${path}`, decoder.decode(bytes)] as const);
  return createGitRemote({ files: Object.fromEntries(files) });
}

async function push(remote: GitRemote, files: Texts): Promise<string> {
  for (const [path, bytes] of Object.entries(files)) {
    if (bytes === undefined) await remote.person.remove(`flags/${path}`);
    else await remote.person.write(`flags/${path}`, bytes);
  }
  const commit = await remote.person.commit('Break a lot');
  await remote.person.push();
  return commit;
}

/** Everything that each environment serves, with its generation. */
function served(replica: Replica): unknown {
  return ENVIRONMENTS.map((name) => {
    const live = replica.live.current(name);
    return {
      name,
      generation: live?.generation,
      flags: live?.ruleset.flags,
      segments: live?.ruleset.segments,
    };
  });
}

/** One breakage of each file of a kind that is refused by itself, whatever else the commit breaks. */
function oneOfEach(kinds: RegExp, refusable: (one: Breakage) => boolean): Texts {
  const random = seeded(SEED);
  const chosen: Texts = {};
  const all = everyBreakage(SAMPLE).filter(({ kind }) => kinds.test(kind));
  for (const { path } of SAMPLE) {
    const own = all.filter((one) => one.path === path);
    for (let tries = 0; tries < 50 && chosen[path] === undefined; tries += 1) {
      const one = own[Math.floor(random() * own.length)] as Breakage;
      if (refusable(one)) chosen[path] = (one.after[0] as SourceFile).bytes;
    }
  }
  return chosen;
}

const bench = createBench(SAMPLE, SAMPLE_NOW_MS);
/** Refused for what the file itself says; a test of the flag that objects might be broken in the same commit. */
const isBadInItself = (one: Breakage): boolean =>
  bench
    .judge(one)
    .findings.some(
      ({ path, severity, code }) =>
        path === one.path && severity === 'error' && !/^(test-|breaks-|unknown-)/.test(code),
    );

const BATCHES: readonly (readonly [what: string, files: () => Texts])[] = [
  ['blanks a field of every file', once(() => oneOfEach(/^blank: (nothing|null|\{\}|\[\])$/, isBadInItself))],
  ['cuts every file short', once(() => oneOfEach(/^truncated$/, isBadInItself))],
  [
    'deletes every flag and segment and guidon.yaml',
    () =>
      Object.fromEntries(
        SAMPLE.filter(({ path }) => !path.endsWith('.test.yaml') && path !== ARCHIVED).map(({ path }) => [
          path,
          undefined,
        ]),
      ),
  ],
];

function survives(open: () => Promise<Database>): void {
  it.each(BATCHES)(
    'serves every flag as before when a commit %s, also from an empty memory',
    async (_what, files) => {
      const broken = files();
      expect(Object.keys(broken).length).toBeGreaterThan(SAMPLE.length / 2);
      const database = await open();
      const remote = await sampleRemote();
      const first = await aSyncingReplica(database, remote.url);
      await first.sync.sync();
      const before = served(first);
      expect(first.live.current('production')?.ruleset.flags['new-checkout']).toBeDefined();
      const commit = await push(remote, broken);
      await first.sync.sync();
      expect(served(first)).toEqual(before);
      const { findings, frozen, absent } = await first.sync.status();
      expect([...frozen, ...absent].sort()).toEqual(Object.keys(broken).sort());
      for (const path of Object.keys(broken)) {
        const named = findings.filter((finding) => finding.path === path && finding.severity === 'error');
        expect([path, named.length > 0 && named.every(({ line, column }) => line > 0 && column > 0)]).toEqual(
          [path, true],
        );
      }
      const cold = await aSyncingReplica(database, remote.url);
      await cold.catalog.refresh();
      expect(served(cold)).toEqual(before);
      await cold.sync.sync();
      expect(served(cold)).toEqual(before);
      await remote.person.revert(commit);
      await remote.person.push();
      await cold.sync.sync();
      expect(await cold.sync.status()).toMatchObject({ state: 'accepted', frozen: [] });
      expect(served(cold)).toEqual(before);
    },
  );
}

/** Edits whose way back is what the rules on transitions forbid: a jump, a flag that is live at once, a mass of rules gone. */
function returns(open: () => Promise<Database>): void {
  it('takes a first revision that serves everybody, and every git revert, whatever it turns on or takes away', async () => {
    const database = await open();
    const remote = await sampleRemote();
    const replica = await aSyncingReplica(database, remote.url);
    await replica.sync.sync();
    expect(await replica.sync.status()).toMatchObject({ state: 'accepted', frozen: [] });
    const served = (flag: string) =>
      evaluate(
        (replica.live.current('production') as NonNullable<ReturnType<typeof replica.live.current>>).view,
        flag,
        {},
        0,
      ).variant;
    const text = (on: string) =>
      `type: release\nowner: search\ndescription: Made here\nexpires: 2099-12-31\nsafe: off\nenvironments: { production: ${on} }\n`;
    const rules = Array.from({ length: 60 }, (_, at) => `{ id: r${at}, when: { orders: ${at} }, serve: on }`);
    const many = text(`{ rules: [${rules.join(', ')}], serve: off }`);
    const steps = [text('off'), text('{ split: { on: 10, off: 90 } }'), text('off'), many, text('off')];
    const commits: string[] = [];
    for (const step of steps) {
      commits.push(await remote.publish({ 'flags/search/made.yaml': step }));
      await replica.sync.sync();
      expect(await errorsOf(replica)).toEqual([]);
    }
    // Newest first, as one takes back a series; each is a step that could not have been taken forward.
    for (const commit of commits.slice(1).reverse()) {
      await remote.person.revert(commit);
      await remote.person.push();
      await replica.sync.sync();
      expect(await replica.sync.status()).toMatchObject({ state: 'accepted', frozen: [] });
      expect(await errorsOf(replica)).toEqual([]);
    }
    expect(served('made')).toBe('off');
    const actions = (await auditEntries(database)).map(({ action }) => action);
    expect(actions).toEqual(Array(commits.length * 2).fill('revision.publish'));
  });
}

/** The next revision is judged by them, so their text must be at hand without Git. */
function keepsSigners(open: () => Promise<Database>): void {
  it('keeps the text of the allowed signers in the store, and a broken list at its last good version', async () => {
    const database = await open();
    const remote = await sampleRemote();
    const signers = 'ada@acme.example ssh-ed25519 AAAA\n';
    await remote.publish({ 'flags/allowed_signers': signers });
    const first = await aSyncingReplica(database, remote.url);
    await first.sync.sync();
    await push(remote, { allowed_signers: new Uint8Array([0x61, 0xff]) });
    await first.sync.sync();
    expect((await first.sync.status()).frozen).toEqual(['allowed_signers']);
    const cold = await aSyncingReplica(database, remote.url);
    await cold.catalog.refresh();
    const kept = cold.live.snapshot()?.files.get('allowed_signers');
    expect(kept).toMatchObject({ path: 'allowed_signers', frozen: true });
    const [version] = await database.transactions.run((manager) =>
      readVersions(manager, [{ path: 'allowed_signers', blob: kept?.blob as string }]),
    );
    expect(Buffer.from(version?.[1] as Uint8Array).toString()).toBe(signers);
  });
}

async function errorsOf(replica: SyncingReplica) {
  return (await replica.sync.status()).findings.filter(({ severity }) => severity === 'error');
}

describe('given the embedded database', () => {
  const opened: Database[] = [];
  // At once, for many embedded stores in memory make every git process slow that this one begins.
  afterEach(() => Promise.all(opened.splice(0).map((database) => database.close())));
  survives(async () => {
    const database = await openStore(undefined);
    opened.push(database);
    return database;
  });
});

const postgres: TestPostgres | undefined = await startPostgres();

(postgres === undefined ? describe.skip : describe)('given PostgreSQL', () => {
  const opened: Database[] = [];
  afterAll(() => Promise.all(opened.map((database) => database.close())));
  const open = async (): Promise<Database> => {
    const database = await openStore((await (postgres as TestPostgres).createDatabase()).url);
    opened.push(database);
    return database;
  };
  survives(open);
  returns(open);
  keepsSigners(open);
});
