import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGitRemote, flagFile, runGit } from '@guidon/testkit';
import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'yaml';
import { runCli } from '../src/run-cli.js';
import { createIo } from './create-io.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(120_000);

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const EXPIRED = flagFile().replace(/^expires: .*$/m, 'expires: 2026-01-01');

interface Step {
  readonly run?: string;
  readonly uses?: string;
  readonly if?: string;
  readonly with?: { readonly [name: string]: string | number };
  readonly 'working-directory'?: string;
}
interface Workflow {
  readonly on: { readonly schedule: readonly unknown[] };
  readonly permissions: object;
  readonly jobs: {
    readonly flags: {
      readonly env: { readonly [name: string]: string };
      readonly defaults: { readonly run: object };
      readonly steps: readonly Step[];
    };
  };
}

describe('the CI files that init writes', () => {
  /** As a runner lays it out: the store and Guidon side by side. */
  let workspace: string;
  let store: string;
  beforeAll(() => {
    const tsc = ['node_modules/@typescript/native/bin/tsc', '-b', 'apps/cli'];
    const built = spawnSync(process.execPath, tsc, { cwd: ROOT, encoding: 'utf8' });
    expect([built.status, built.stdout]).toEqual([0, '']);
  }, 300_000);
  beforeEach(() => {
    workspace = mkdtempSync(join(tmpdir(), 'guidon-ci-'));
    store = join(workspace, 'store');
    symlinkSync(ROOT, join(workspace, 'guidon'));
  });
  afterEach(() => rmSync(workspace, { recursive: true }));

  /** A repository without package.json in which `init` was called, and a branch that proposes a change. */
  async function begin(host: 'github' | 'gitlab', folder: string): Promise<void> {
    const { url } = await createGitRemote({ files: { '.gitignore': '' } });
    await runGit('/', ['clone', '--quiet', url, store]);
    rmSync(join(store, '.gitignore'));
    const args = ['init', folder, '--email', 'ada@acme.example', '--ci', host, '--project', 'shop'];
    const io = createIo(args, { cwd: store, nowMs: Date.now() });
    expect([await runCli(io), io.written.err]).toEqual([0, '']);
    expect(io.written.out).toContain(host === 'github' ? 'GUIDON_REPOSITORY' : 'GUIDON_PROJECT');
    for (const args of [
      ['add', '--all'],
      ['-c', 'user.name=Ada', '-c', 'user.email=ada@acme.example', 'commit', '-qm', 'Begin'],
      ['push', '--quiet', 'origin', 'HEAD'],
    ])
      await runGit(store, args);
  }

  function shell(script: string, cwd: string, env: Record<string, string>) {
    const args = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script];
    const { PATH = '', HOME = '/' } = process.env;
    const done = spawnSync('bash', args, { cwd, encoding: 'utf8', env: { PATH, HOME, ...env } });
    return { script, code: done.status, out: done.stdout + done.stderr };
  }

  const workflow = () => parse(readFileSync(join(store, '.github/workflows/guidon.yml'), 'utf8')) as Workflow;

  /** Runs the steps that an event has, those that bring the commands left out. */
  function onGitHub(event: 'pull_request' | 'schedule') {
    const { env, steps } = workflow().jobs.flags;
    const given = { ...env, BASE: 'origin/main', GUIDON_REPOSITORY: 'acme/guidon' };
    return steps
      .filter((step) => step.if === undefined || step.if === `github.event_name == '${event}'`)
      .flatMap((step) => {
        if (step['working-directory'] === 'guidon') return [];
        if (step.run !== undefined) return [shell(step.run, store, given)];
        return step.uses?.startsWith('./') === true ? [plan(step)] : [];
      });
  }

  /** What the runner makes of a step that uses an Action of the workspace. */
  function plan({ uses = '', with: inputs = {} }: Step) {
    const action = parse(readFileSync(join(workspace, uses, 'action.yml'), 'utf8'));
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(inputs)));
    const env: Record<string, string> = { GITHUB_STEP_SUMMARY: join(workspace, 'summary.md') };
    for (const [name, value] of Object.entries(action.runs.steps[0].env as Record<string, string>)) {
      const input = /inputs\.(\w+) /.exec(value)?.[1] ?? '';
      env[name] = String(inputs[input] ?? '');
    }
    return shell(action.runs.steps[0].run, workspace, { ...env, GUIDON_TARGET: 'main' });
  }

  it.each([['flags'], ['deep/my flags']])('pass on GitHub as they are, for the folder %s', async (folder) => {
    await begin('github', folder);
    expect(existsSync(join(store, 'package.json'))).toBe(false);
    for (const event of ['pull_request', 'schedule'] as const) {
      const ran = onGitHub(event);
      expect(ran.filter(({ code }) => code !== 0)).toEqual([]);
      expect(ran).toHaveLength(event === 'pull_request' ? 5 : 4);
    }
    expect(readFileSync(join(workspace, 'summary.md'), 'utf8')).not.toBe('');
  });

  it('annotate what is wrong, and hold up a pull request for no expired flag', async () => {
    await begin('github', 'flags');
    writeFileSync(join(store, 'flags/old.yaml'), EXPIRED.replace(/^owner: .*$/m, 'owner: core'));
    const [proposed, later] = [onGitHub('pull_request'), onGitHub('schedule')].map((ran) =>
      ran.find(({ script }) => script.includes(' lint ')),
    );
    expect(proposed).toMatchObject({
      code: 0,
      out: expect.stringContaining('::warning file=flags/old.yaml,'),
    });
    expect(later).toMatchObject({ code: 1, out: expect.stringContaining('::error file=flags/old.yaml,') });
  });

  it('get the whole history and the command on GitHub, and say what to set', async () => {
    await begin('github', 'flags');
    const { permissions, jobs } = workflow();
    expect(permissions).toEqual({ contents: 'read', 'pull-requests': 'write' });
    const { steps, defaults } = jobs.flags;
    expect(defaults.run).toEqual({ shell: 'bash', 'working-directory': 'store' });
    expect(steps[0]).toMatchObject({
      uses: 'actions/checkout@v5',
      with: { path: 'store', 'fetch-depth': 0 },
    });
    const build = steps.filter((step) => step['working-directory'] === 'guidon');
    expect(build.map(({ run }) => run)).toEqual(['npm ci && npm run build']);
    const unset = shell(steps[1]?.run ?? '', store, { GUIDON_REPOSITORY: '' });
    expect(unset).toMatchObject({ code: 1, out: expect.stringContaining('::error::Set the variable') });
  });

  it('pass on GitLab as they are, with the plan by the file to include', async () => {
    await begin('gitlab', 'flags');
    const file = parse(readFileSync(join(store, '.gitlab-ci.yml'), 'utf8'));
    const included = parse(readFileSync(join(ROOT, file.include[0].file), 'utf8'));
    expect(file.variables.GIT_DEPTH).toBe('0');
    const place = (text: string) => text.replace('/tmp/guidon', join(workspace, 'guidon'));
    const base = await runGit(store, ['rev-parse', 'HEAD']);
    const scripts = [file.flags.script, file['flags-in-time'].script, included['guidon-plan'].script];
    for (const script of scripts as string[][]) {
      const { GUIDON_COMMAND, GUIDON_DIRECTORY } = file['guidon-plan'].variables;
      const env = {
        ...{ GUIDON: place(file.variables.GUIDON), GUIDON_COMMAND: place(GUIDON_COMMAND), GUIDON_DIRECTORY },
        CI_MERGE_REQUEST_DIFF_BASE_SHA: base,
      };
      expect(shell(script.join('\n'), store, env)).toMatchObject({ code: 0 });
    }
    expect(JSON.parse(readFileSync(join(store, 'gl-code-quality-report.json'), 'utf8'))).toEqual([]);
    const [clone, build] = file.default.before_script;
    expect([clone, build]).toEqual([
      expect.stringContaining('/tmp/guidon'),
      expect.stringContaining('npm ci'),
    ]);
  });
});
