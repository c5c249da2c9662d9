import { createGitRemote, flagFile, type GitRemote, projectFile } from '@guidon/testkit';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createIo } from '../../test/create-io.js';
import type { PlanDocument } from '../plan/plan-document.js';
import { runCli } from '../run-cli.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const PROJECT = projectFile();
const OFF = flagFile({ serve: { development: 'off', production: 'off' } });
const MENDED = flagFile({ serve: { development: 'on', production: 'off' } });
const LIVE = flagFile({ serve: { development: 'on', production: 'on' } });
const BROKEN = OFF.replace('development: off', 'development: onn');
const FLAG = 'flags/hello.yaml';

describe('a base on which a file is refused', () => {
  let remote: GitRemote;
  beforeEach(async () => {
    remote = await createGitRemote({ files: { 'flags/guidon.yaml': PROJECT, [FLAG]: OFF } });
  });

  /** Publishes one state after the other, then lets this stand on a branch. */
  async function after(
    steps: readonly Record<string, string | undefined>[],
    here: Record<string, string>,
  ): Promise<void> {
    for (const step of steps) await remote.publish(step);
    await remote.person.git('fetch', '--quiet', 'origin');
    await remote.person.git('remote', 'set-head', 'origin', 'main');
    await remote.person.git('checkout', '--quiet', '-b', 'mend');
    for (const [path, text] of Object.entries(here)) await remote.person.write(path, text);
  }

  async function judged() {
    const run = async (...args: string[]) => {
      const io = createIo([...args, '--json'], { cwd: remote.person.folder });
      const code = await runCli(io);
      return { code, document: JSON.parse(io.written.out) };
    };
    const [lint, plan] = [await run('lint'), await run('plan')];
    const { findings } = lint.document as { findings: { severity: string; code: string }[] };
    const errors = findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
    const document = plan.document as PlanDocument;
    expect(document.blocks.map(({ code }) => code)).toEqual(errors);
    return { codes: [lint.code, plan.code], errors, plan: document };
  }

  it('lets a flag be mended in any way, and measures the change from its last good version', async () => {
    await after([{ [FLAG]: BROKEN }], { [FLAG]: MENDED });
    const { codes, errors, plan } = await judged();
    expect([codes, errors]).toEqual([[0, 0], []]);
    expect(plan.flags).toMatchObject([{ flag: 'hello', status: 'changed' }]);
    expect(plan.flags[0]?.environments.map(({ environment }) => environment)).toEqual(['development']);
    expect(plan.compared).toMatch(/, where files are refused: hello\.yaml counts as it was last without err/);
    await remote.person.write(FLAG, LIVE);
    expect(await judged()).toMatchObject({ codes: [1, 1], errors: ['percent-jump'] });
  });

  it('looks past several broken commits, and past a good one that came before them', async () => {
    const second = `${BROKEN}# Again\n`;
    await after([{ [FLAG]: MENDED }, { [FLAG]: BROKEN }, { [FLAG]: second }], { [FLAG]: OFF });
    const { codes, plan } = await judged();
    expect(codes).toEqual([0, 0]);
    // Back from the second version, not as it stood before.
    expect(plan.flags[0]?.environments[0]?.shifts[0]).toMatchObject({
      before: { on: 100 },
      after: { off: 100 },
    });
  });

  it('takes a flag that was broken from its first commit on for a new one', async () => {
    const fresh = 'flags/fresh.yaml';
    await after([{ [fresh]: BROKEN }, { [fresh]: `${BROKEN}# Again\n` }], { [fresh]: MENDED });
    const { codes, plan } = await judged();
    expect(codes).toEqual([0, 0]);
    expect(plan.flags).toMatchObject([{ flag: 'fresh', status: 'added' }]);
    expect(plan.compared).toContain('fresh.yaml, which never was without errors, as new');
    await remote.person.write(fresh, LIVE);
    expect(await judged()).toMatchObject({ codes: [1, 1], errors: ['new-flag-live'] });
  });

  it('does not take what a refused file said for something that was live', async () => {
    const broken = LIVE.replace('development: on', 'development: onn');
    await after([{ [FLAG]: broken }, { [FLAG]: `${broken}# Again\n` }], { [FLAG]: LIVE });
    expect(await judged()).toMatchObject({ codes: [1, 1], errors: ['percent-jump'] });
  });

  it('says nothing of a file that defines nothing, for it has no good version', async () => {
    await after([{ 'flags/stray.yml': 'What is this' }], { [FLAG]: MENDED });
    const { errors, plan } = await judged();
    expect(errors).toEqual(['unexpected-file']);
    expect(plan.compared).not.toContain('where files are refused');
    expect(plan.flags).toMatchObject([{ flag: 'hello', status: 'changed' }]);
  });

  it('compares with the last good project where guidon.yaml is broken, and says so', async () => {
    await after([{ 'flags/guidon.yaml': PROJECT.replace('timezone: UTC', 'timezone: Utopia') }], {
      'flags/guidon.yaml': PROJECT.replace('timezone: UTC', 'timezone: Europe/Oslo'),
      [FLAG]: LIVE,
    });
    const { errors, plan } = await judged();
    expect(errors).toEqual(['percent-jump']);
    expect(plan.compared).toContain('guidon.yaml counts as it was last without errors');
    expect(plan.base).not.toBeNull();
  });
});
