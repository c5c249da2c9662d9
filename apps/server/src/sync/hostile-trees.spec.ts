import { evaluate } from '@guidon/engine/evaluate';
import type { Finding } from '@guidon/engine/model';
import {
  createGitRemote,
  flagFile,
  type GitRemote,
  projectFile,
  startPostgres,
  type TestPostgres,
} from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type OddEntry, oddFile, publishOddTree } from '../../test/hostile-tree.js';
import { aSyncingReplica, openStore, type SyncingReplica } from '../../test/store-kit.js';
import { readJudgedSince } from '../catalog/index.js';
import type { Database } from '../kernel/database/index.js';
import { describeRevision } from './commit-status.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const ON = flagFile({ serve: { development: 'on', production: 'off' } });
const bytes = (...values: number[]) => Uint8Array.from(values);
const latin = (text: string) => Buffer.from(text, 'latin1');
const LFS = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n';

interface Case {
  readonly what: string;
  readonly entries: readonly OddEntry[];
  /** Path, code and line of each error. */
  readonly errors: readonly (readonly [path: string, code: string, line: number])[];
}

const link = (name: string, target: string): OddEntry => ({ mode: '120000', name, content: target });
const submodule = (name: string, id = '1'.repeat(40)): OddEntry => ({ mode: '160000', name, content: id });
const folder = (name: OddEntry['name'], ...content: OddEntry[]): OddEntry => ({
  mode: '40000',
  name,
  content,
});

const CASES: readonly Case[] = [
  {
    what: 'symbolic links, also to where secrets lie, and one in place of a live flag',
    entries: [link('login.yaml', '/etc/passwd'), link('up.yaml', '../../..'), link('notes.md', 'x')],
    errors: [
      ['login.yaml', 'not-a-regular-file', 1],
      ['notes.md', 'not-a-regular-file', 1],
      ['up.yaml', 'not-a-regular-file', 1],
    ],
  },
  {
    what: 'submodules, one without an id, and a settings file for them',
    entries: [submodule('sub'), submodule('sub.yaml'), submodule('zero.yaml', '0'.repeat(40))],
    errors: [
      ['sub', 'unexpected-file', 1],
      ['sub.yaml', 'not-a-regular-file', 1],
      ['zero.yaml', 'not-a-regular-file', 1],
    ],
  },
  {
    what: 'a settings file for submodules that smuggles options, and one that is a link',
    entries: [
      oddFile('.gitmodules', '[submodule "x"]\n\tpath = -u\n\turl = -u./evil\n\tupdate = !touch proof\n'),
      folder('x', link('.gitmodules', '/etc/passwd')),
    ],
    errors: [
      ['.gitmodules', 'unexpected-file', 1],
      ['x/.gitmodules', 'unexpected-file', 1],
    ],
  },
  {
    what: 'pointers of Git LFS',
    entries: [oddFile('big.yaml', LFS), oddFile('login.yaml', LFS)],
    errors: [
      ['big.yaml', 'not-a-regular-file', 1],
      ['login.yaml', 'not-a-regular-file', 1],
    ],
  },
  {
    what: 'names that climb out of the folder or look like it',
    entries: [
      folder('..', oddFile('climbed.yaml', ON)),
      folder('.', oddFile('dot.yaml', ON)),
      oddFile('../../etc/slash.yaml', ON),
      oddFile('/etc/rooted.yaml', ON),
      oddFile('..\\back.yaml', ON),
    ],
    errors: [
      ['../../etc/slash.yaml', 'unsafe-path', 1],
      ['../climbed.yaml', 'unsafe-path', 1],
      ['..\\back.yaml', 'unsafe-path', 1],
      ['./dot.yaml', 'unsafe-path', 1],
      ['/etc/rooted.yaml', 'unsafe-path', 1],
    ],
  },
  {
    what: "folders of Git's own, in any case",
    entries: [folder('.git', oddFile('hook.yaml', ON)), folder('.GiT', oddFile('config.md', 'x'))],
    errors: [
      ['.GiT/config.md', 'unsafe-path', 1],
      ['.git/hook.yaml', 'unsafe-path', 1],
    ],
  },
  {
    what: 'control characters and bytes that are no UTF-8 in names, which stay apart from each other',
    entries: [
      oddFile('a\nb.yaml', ON),
      folder('x\u001b[2J', oddFile('c.yaml', ON)),
      oddFile(latin('caf\xe9.yaml'), ON),
      oddFile(latin('caf\xea.yaml'), ON),
      oddFile('na\u0301me.yaml', ON),
      oddFile('quo"te.yaml', ON),
    ],
    errors: [
      ['a\\nb.yaml', 'unsafe-path', 1],
      ['caf\\351.yaml', 'unsafe-path', 1],
      ['caf\\352.yaml', 'unsafe-path', 1],
      ['na\u0301me.yaml', 'bad-flag-key', 1],
      ['quo"te.yaml', 'bad-flag-key', 1],
      ['x\\033[2J/c.yaml', 'unsafe-path', 1],
    ],
  },
  {
    what: 'one name twice in a folder, and a path that no index could hold',
    entries: [
      oddFile('login.yaml', ON.replace('A flag', 'First')),
      oddFile('login.yaml', ON.replace('A flag', 'Second')),
      folder('d'.repeat(3000), oddFile('deep.yaml', ON)),
    ],
    errors: [
      [`${'d'.repeat(3000)}/deep.yaml`, 'unsafe-path', 1],
      ['login.yaml', 'duplicate-key', 1],
    ],
  },
  {
    what: 'contents that are no UTF-8, too large, or not the YAML that we read',
    entries: [
      oddFile('large.yaml', `${ON}# ${'x'.repeat(1_100_000)}\n`),
      oddFile('latin.yaml', Buffer.concat([Buffer.from(ON), bytes(0x23, 0x20, 0xe9, 0x0a)])),
      oddFile('alias.yaml', `${ON}tags: &t [checkout]\nlinks: *t\n`),
      oddFile('tag.yaml', ON.replace('owner: payments', 'owner: !!str payments')),
      oddFile('twice.yaml', `${ON}owner: payments\n`),
      oddFile('two.yaml', `${ON}---\n${ON}`),
    ],
    errors: [
      ['alias.yaml', 'alias-or-anchor', 9],
      ['alias.yaml', 'alias-or-anchor', 10],
      ['large.yaml', 'file-too-large', 1],
      ['latin.yaml', 'not-utf8', 1],
      ['tag.yaml', 'explicit-tag', 2],
      ['twice.yaml', 'repeated-key', 9],
      ['two.yaml', 'multiple-documents', 9],
    ],
  },
  {
    what: 'zero bytes and halves of characters, which no database and no hash can keep',
    entries: [
      oddFile('half.yaml', `${ON}"ow\\ud800ner": x\n`),
      oddFile('zero.yaml', `${ON}"ow\\0ner": x\n`),
      oddFile('waived.yaml', `${ON}waive: { new-flag-live: "half \\ud800" }\n`),
      oddFile('value.yaml', `${ON}variants: { on: "\\0", off: "x" }\n`),
      oddFile('raw.yaml', Buffer.concat([Buffer.from(`${ON}own`), bytes(0), Buffer.from('er: x\n')])),
    ],
    errors: [
      ['half.yaml', 'torn-text', 9],
      ['raw.yaml', 'torn-text', 9],
      ['value.yaml', 'torn-text', 9],
      ['waived.yaml', 'torn-text', 9],
      ['zero.yaml', 'torn-text', 9],
    ],
  },
];

const postgres: TestPostgres | undefined = await startPostgres();

(postgres === undefined ? describe.skip : describe)('given a commit whose tree holds', () => {
  let database: Database;
  let remote: GitRemote;
  let replica: SyncingReplica;
  let edits = 0;

  beforeAll(async () => {
    database = await openStore((await (postgres as TestPostgres).createDatabase()).url);
    remote = await createGitRemote({
      files: { 'flags/guidon.yaml': projectFile(), 'flags/checkout.yaml': ON, 'flags/login.yaml': ON },
    });
    replica = await aSyncingReplica(database, remote.url);
    await replica.sync.sync();
  });
  afterAll(() => database.close());

  const serves = (flag: string): unknown => {
    const live = replica.live.current('development');
    return live === undefined ? undefined : evaluate(live.view, flag, {}, 0).variant;
  };

  /** Beside the odd entries: a good edit of one flag, and the other one as it is unless the case is about it. */
  async function judge(entries: readonly OddEntry[]): Promise<readonly Finding[]> {
    edits += 1;
    const checkout = flagFile({
      description: `Edit ${edits}`,
      serve: { development: edits % 2 === 0 ? 'on' : 'off' },
    });
    const rest = entries.some(({ name }) => name === 'login.yaml') ? [] : [oddFile('login.yaml', ON)];
    const commit = await publishOddTree(remote, [
      oddFile('guidon.yaml', projectFile()),
      oddFile('checkout.yaml', checkout),
      ...rest,
      ...entries,
    ]);
    await replica.sync.sync();
    const status = await replica.sync.status();
    expect(status).toMatchObject({ revision: commit, head: commit });
    return status.findings;
  }

  it.each(CASES)('$what: names each of them, and lets the rest go live', async ({ entries, errors }) => {
    const findings = await judge(entries);
    const found = findings.filter(({ severity }) => severity === 'error');
    expect(found.map(({ path, code, line }) => [path, code, line])).toEqual(errors);
    expect(serves('checkout')).toBe(edits % 2 === 0 ? 'on' : 'off');
    expect(serves('login')).toBe('on');
    expect(JSON.stringify(found)).not.toMatch(/root:|\p{Cc}/u);
  });

  it('takes a flag file with the executable bit as what it is', async () => {
    const off = flagFile({ serve: { development: 'off' } });
    const findings = await judge([{ mode: '100755', name: 'login.yaml', content: off }]);
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(serves('login')).toBe('off');
  });

  it('refuses a tree of more files than are read as a whole, says how many, and keeps what is live', async () => {
    const before = replica.live.current('development')?.tag;
    const many = Array.from({ length: 60_000 }, (_, index) => submodule(`x${index}`));
    expect(await judge([folder('many', ...many)])).toEqual([
      {
        ...{
          path: 'guidon.yaml',
          line: 1,
          column: 1,
          pointer: '',
          code: 'too-many-files',
          severity: 'error',
        },
        sentence:
          'The flags folder holds 60,003 files, and at most 60,000 are read, so nothing of this commit is used.',
        fix: expect.stringContaining('GUIDON_GIT_PATH'),
      },
    ]);
    expect(await replica.sync.status()).toMatchObject({ state: 'rejected', frozen: [], absent: [] });
    expect(replica.live.current('development')?.tag).toBe(before);
    const judged = await database.transactions.run((manager) =>
      readJudgedSince(manager, { sinceMs: 0, limit: 1 }),
    );
    expect(judged.map(describeRevision)).toMatchObject([
      { state: 'failure', description: 'Rejected, 1 finding: what is live stays.' },
    ]);
  });

  it('goes on after all of that as if nothing had been, also in a mirror that is made anew', async () => {
    await judge([]);
    expect((await replica.sync.status()).state).toBe('accepted');
    const other = await aSyncingReplica(database, remote.url);
    await other.sync.sync();
    expect(other.live.current('development')?.tag).toBe(replica.live.current('development')?.tag);
  });
});
