import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '@guidon/engine/model';
import { createGitRemote, flagFile, type GitRemote, projectFile } from '@guidon/testkit';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createIo } from '../../test/create-io.js';
import { runCli } from '../run-cli.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const OFF = flagFile({ serve: { development: 'off', production: 'off' } });
const LIVE = flagFile({ serve: { development: 'on', production: 'on' } });
const FLAG = 'flags/checkout.yaml';

describe('guidon lint against a baseline', () => {
  let remote: GitRemote;
  let first: string;
  beforeEach(async () => {
    remote = await createGitRemote({ files: { 'flags/guidon.yaml': projectFile(), [FLAG]: OFF } });
    first = await remote.head();
    await remote.person.git('fetch', '--quiet', 'origin');
    await remote.person.git('remote', 'set-head', 'origin', 'main');
  });

  async function lint(...args: string[]) {
    const cwd = remote.person.folder;
    const io = createIo(['lint', ...args], { cwd });
    const code = await runCli(io);
    const printed = io.written.out + io.written.err;
    const json = createIo(['lint', ...args, '--json'], { cwd });
    await runCli(json);
    const { findings, base } = JSON.parse(json.written.out) as { findings?: Finding[]; base?: object | null };
    const errors = findings?.filter(({ severity }) => severity === 'error');
    return { code, printed, base, codes: errors?.map((finding) => finding.code) };
  }

  it('refuses what the server refuses in the pull request: a new flag that is on, a share that jumps', async () => {
    await remote.person.git('checkout', '--quiet', '-b', 'feature');
    await remote.person.write('flags/new.yaml', LIVE);
    await remote.person.write(FLAG, LIVE);
    await remote.person.commit('Everything at once');
    const found = await lint();
    expect(found).toMatchObject({
      code: 1,
      codes: ['percent-jump', 'new-flag-live'],
      base: { commit: first, name: 'the merge base with origin/main' },
    });
    expect(found.printed).toContain(
      `Compared with the merge base with origin/main (${first.slice(0, 10)}).\n2 errors, 1 warning in 3 files.`,
    );
  });

  it('compares the work tree with HEAD where no other commit is known, and says so', async () => {
    expect(await lint()).toMatchObject({ code: 0, base: null });
    expect((await lint()).printed).toContain('Compared with nothing: the files are those of HEAD');
    await remote.person.write('flags/new.yaml', LIVE);
    const found = await lint();
    expect(found).toMatchObject({ code: 1, codes: ['new-flag-live'], base: { commit: first, name: 'HEAD' } });
    expect(await remote.person.git('status', '--short')).toBe('?? flags/new.yaml');
  });

  it('compares with a commit that is named, or with nothing when asked to', async () => {
    await remote.publish({ 'flags/new.yaml': LIVE });
    await remote.person.git('fetch', '--quiet', 'origin');
    expect(await lint()).toMatchObject({ code: 0, base: null });
    expect(await lint('--base', 'HEAD~1')).toMatchObject({
      code: 1,
      base: { commit: first, name: 'HEAD~1' },
    });
    await remote.person.write('flags/second.yaml', LIVE);
    const without = await lint('--no-base');
    expect(without).toMatchObject({ code: 0, base: null });
    expect(without.printed).toContain('Compared with nothing: --no-base was given.');
  });

  it('does not hold against a branch what the other one did since', async () => {
    await remote.person.git('checkout', '--quiet', '-b', 'feature');
    await remote.person.write('flags/new.yaml', OFF);
    await remote.person.commit('A new flag');
    await remote.person.git('checkout', '--quiet', 'main');
    await remote.publish({ [FLAG]: undefined, 'flags/other.yaml': LIVE });
    await remote.person.git('fetch', '--quiet', 'origin');
    await remote.person.git('checkout', '--quiet', 'feature');
    expect(await lint('--base', 'origin/main')).toMatchObject({
      code: 0,
      base: { commit: first, name: 'the merge base with origin/main' },
    });
  });

  it('lets a version that was live before come back, as the server does', async () => {
    await remote.publish({ [FLAG]: LIVE });
    const back = await remote.publish({ [FLAG]: OFF });
    await remote.person.write(FLAG, LIVE);
    expect(readFileSync(join(remote.person.folder, FLAG), 'utf8')).toBe(LIVE);
    expect(await lint('--base', back)).toMatchObject({ code: 0, codes: [], base: { commit: back } });
  });

  it('finds nothing in a branch that takes back an earlier commit, though the files were edited since', async () => {
    const { person } = remote;
    await remote.publish({ [FLAG]: LIVE.replace('owner:', '# Once it was on:\nowner:') });
    const off = await remote.publish({ [FLAG]: OFF.replace('owner:', '# Once it was on:\nowner:') });
    const added = await remote.publish({ 'flags/new.yaml': LIVE });
    await remote.publish({ [FLAG]: OFF.replace('owner:', '# Edited since:\nowner:') });
    await person.git('fetch', '--quiet', 'origin');
    await person.git('checkout', '--quiet', '-b', 'back');
    await person.revert(off);
    await person.revert(added);
    expect(await person.git('show', `HEAD:${FLAG}`)).toContain('# Edited since');
    expect(await person.git('diff', '--name-status', 'origin/main')).toBe(`M\t${FLAG}\nD\tflags/new.yaml`);
    expect(await lint()).toMatchObject({
      ...{ code: 0, codes: [], base: { name: 'the merge base with origin/main' } },
    });
    // Neither was ever so: the one jumps, and the other was there from the first.
    await person.write('flags/new.yaml', LIVE);
    await person.git('rm', '--quiet', FLAG);
    expect((await lint()).codes).toEqual(['delete-live-flag']);
  });

  it('says that there is no such commit, and that the baseline has no project', async () => {
    const missing = await lint('--base', 'nowhere');
    expect([missing.code, missing.printed]).toEqual([
      2,
      expect.stringContaining('There is no commit nowhere to compare with'),
    ]);
    await remote.publish({ 'flags/guidon.yaml': undefined });
    await remote.person.write('flags/guidon.yaml', projectFile());
    const bare = await lint();
    expect(bare).toMatchObject({ code: 0, base: null });
    expect(bare.printed).toMatch(
      /Compared with nothing: HEAD \([0-9a-f]{10}\) has no usable guidon\.yaml here\./,
    );
  });
});
