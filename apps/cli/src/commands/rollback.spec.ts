import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createGitRemote, flagFile, type GitRemote, projectFile, temporaryFolder } from '@guidon/testkit';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createIo } from '../../test/create-io.js';
import { runCli } from '../run-cli.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const ON = flagFile({ serve: { development: 'on', production: 'on' } });
const OFF = flagFile({ serve: { development: 'on', production: 'off' } });
const ARCHIVED = flagFile().replace(/environments:[\s\S]*/, 'archived: 2026-10-01\nserve: off\n');

describe('guidon rollback --rehearse', () => {
  let remote: GitRemote;
  beforeEach(async () => {
    remote = await createGitRemote({
      files: { 'flags/guidon.yaml': projectFile(), 'flags/pay/checkout.yaml': OFF, 'flags/login.yaml': ON },
    });
  });

  async function rehearse(...args: string[]) {
    const cwd = remote.person.folder;
    const io = createIo(['rollback', '--rehearse', ...args], { cwd, env: { PATH: process.env.PATH } });
    const exitCode = await runCli(io);
    return { exitCode, ...io.written };
  }

  it('says that the state before the newest change of the flags loads, and what it changes where', async () => {
    await remote.publish({ 'flags/pay/checkout.yaml': ON, 'flags/extra.yaml': ON }, 'Turn checkout on');
    const newest = await rehearse();
    expect([newest.exitCode, newest.out]).toEqual([0, expect.not.stringContaining('would not take away')]);
    await remote.publish({ 'flags/extra.yaml': OFF }, 'Turn extra off');
    await remote.publish({ 'README.md': 'nothing that concerns flags\n' }, 'Say hello');
    const { exitCode, out } = await rehearse('HEAD~3');
    expect(exitCode).toBe(0);
    expect(out).toMatch(
      /^From [0-9a-f]{12} Say hello\nback to [0-9a-f]{12} Begin\n\nIt loads: 2 flags, no errors\.\n/,
    );
    expect(out).toContain('\ncheckout\n  production: everyone else: on → off\n');
    expect(out).toContain('\nextra\n  is not there: applications get the default in their code\n');
    expect(out).toContain(
      'A git revert would not take away extra: archive first what has changed since it came.',
    );
    expect(out).toMatch(/\nIt would change 2 flags\.\n$/);
  });

  it('answers 1 and names file and line when the earlier revision has errors', async () => {
    const broken = await remote.publish({
      'flags/login.yaml': ON.replace('owner: payments', 'owner: nobody'),
    });
    await remote.publish({ 'flags/login.yaml': ON });
    const { exitCode, out } = await rehearse(broken.slice(0, 10));
    expect(exitCode).toBe(1);
    expect(out).toContain('flags/login.yaml:2:8 error unknown-team');
    expect(out).toContain('It does not load whole: 1 error');
  });

  it('gives programs the same as JSON', async () => {
    const commit = await remote.publish({ 'flags/pay/checkout.yaml': ON, 'flags/gone.yaml': ARCHIVED });
    const { exitCode, out } = await rehearse('HEAD~1', '--json');
    expect([exitCode, JSON.parse(out)]).toMatchObject([
      0,
      {
        from: { commit, time: expect.stringMatching(/Z$/) },
        to: { subject: 'Begin' },
        loads: true,
        errors: [],
        stay: [],
        environments: ['development', 'production'],
        changes: [
          {
            flag: 'checkout',
            environment: 'production',
            kind: 'rest',
            from: { serve: 'on' },
            to: { serve: 'off' },
          },
          { flag: 'gone', kind: 'flag-removed' },
        ],
      },
    ]);
  });

  it('looks at commits only and touches neither files nor index', async () => {
    await remote.publish({ 'flags/pay/checkout.yaml': ON });
    await remote.person.write('flags/login.yaml', 'not committed: [\n');
    await remote.person.write('flags/staged.yaml', OFF);
    await remote.person.git('add', 'flags/staged.yaml');
    const index = join(remote.person.folder, '.git', 'index');
    const before = [await remote.person.git('status', '--porcelain'), await readFile(index)];
    const { exitCode, out } = await rehearse();
    expect([exitCode, out]).toEqual([0, expect.stringContaining('It would change 1 flag.')]);
    expect([await remote.person.git('status', '--porcelain'), await readFile(index)]).toEqual(before);
  });

  it('runs nothing that the repository configures', async () => {
    await remote.publish({ 'flags/pay/checkout.yaml': ON });
    for (const name of ['core.fsmonitor', 'core.pager', 'gpg.program', 'core.sshCommand'])
      await remote.person.git('config', name, `touch ${join(remote.person.folder, 'ran')} #`);
    await remote.person.git('config', 'log.showSignature', 'true');
    expect((await rehearse()).exitCode).toBe(0);
    await expect(readFile(join(remote.person.folder, 'ran'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('answers 2 where there is nothing to go back to, or to go back in', async () => {
    const first = await rehearse();
    expect([first.exitCode, first.err]).toEqual([2, expect.stringContaining('There is no revision before')]);
    for (const name of ['deadbeef', '--output=x', 'no such'])
      expect((await rehearse(`--rehearse=${name}`)).exitCode).toBe(2);
    const cwd = await temporaryFolder();
    const plain = createIo(['rollback', '--rehearse', '--dir', cwd], {
      cwd,
      env: { PATH: process.env.PATH },
    });
    expect([await runCli(plain), plain.written.err]).toEqual([
      2,
      expect.stringContaining('no Git working copy'),
    ]);
    const bare = createIo(['rollback'], { cwd: remote.person.folder });
    expect([await runCli(bare), bare.written.err]).toEqual([2, expect.stringContaining('--rehearse')]);
  });
});
