import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGitRemote, flagFile, type GitRemote, projectFile } from '@guidon/testkit';
import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'yaml';

jest.setTimeout(120_000);

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const BIN = fileURLToPath(new URL('../bin/guidon.js', import.meta.url));
const OFF = flagFile({ serve: { production: 'off' } });
const ON = flagFile({ serve: { production: 'on' } });

interface Action {
  readonly inputs: { readonly [name: string]: { readonly default: string; readonly description: string } };
  readonly runs: {
    readonly using: string;
    readonly steps: readonly { readonly run: string; readonly shell: string; readonly env: object }[];
  };
}
interface Included {
  readonly 'guidon-plan': {
    readonly script: readonly string[];
    readonly variables: { readonly [name: string]: string };
    readonly rules: readonly { readonly if: string }[];
  };
}

const read = (path: string): unknown => parse(readFileSync(join(ROOT, 'integrations', path), 'utf8'));
const action = read('github-action/action.yml') as Action;
const included = (read('gitlab/guidon-plan.yml') as Included)['guidon-plan'];

/** A Git host that keeps comments, of either kind. */
async function startHost() {
  const comments: { id: number; body: string }[] = [];
  const calls: string[] = [];
  const server: Server = createServer(async (request, response) => {
    const { method = '', url = '' } = request;
    calls.push(`${method} ${url.split('?')[0]}`);
    if (method !== 'GET') {
      const { body } = JSON.parse(await textOf(request)) as { body: string };
      const id = Number(/\/(\d+)$/.exec(method === 'POST' ? '' : url)?.[1]);
      const known = comments.find((one) => one.id === id);
      if (known === undefined) comments.push({ id: comments.length + 100, body });
      else known.body = body;
    }
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify(method === 'GET' ? comments : {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { comments, calls, url: `http://127.0.0.1:${port}`, close: () => void server.close() };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

describe('the integrations for Git hosts', () => {
  let remote: GitRemote;
  let host: Awaited<ReturnType<typeof startHost>>;
  beforeAll(() => {
    const built = spawnSync(process.execPath, ['node_modules/@typescript/native/bin/tsc', '-b', 'apps/cli'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect([built.status, built.stdout]).toEqual([0, '']);
  }, 300_000);
  beforeEach(async () => {
    host = await startHost();
    remote = await createGitRemote({ files: { 'flags/guidon.yaml': projectFile(), 'flags/a.yaml': OFF } });
    await remote.person.git('fetch', '--quiet', 'origin');
    await remote.person.git('checkout', '--quiet', '-b', 'feature');
    await remote.person.write('flags/a.yaml', ON);
    await remote.person.commit('Everybody at once');
  });
  afterEach(() => host.close());

  /** Runs a script as the host's runner does. */
  async function run(shell: readonly string[], script: string, env: Record<string, string>) {
    const [command = '', ...args] = shell;
    const child = spawn(command, [...args, script], {
      cwd: remote.person.folder,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME ?? '/',
        GUIDON_COMMAND: `${process.execPath} ${BIN}`,
        ...env,
      },
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (printed += String(text)));
    const code = await new Promise((resolve) => child.once('close', resolve));
    return { code, printed };
  }

  function onGitHub(changes: Record<string, string> = {}) {
    const [event, summary] = ['event.json', 'summary.md'].map((name) =>
      join(remote.person.folder, '..', name),
    );
    writeFileSync(event!, JSON.stringify({ pull_request: { number: 7 } }));
    writeFileSync(summary!, '');
    const env = {
      ...{ GITHUB_ACTIONS: 'true', GITHUB_API_URL: host.url, GITHUB_REPOSITORY: 'acme/shop' },
      ...{ GITHUB_EVENT_PATH: event!, GITHUB_STEP_SUMMARY: summary!, GUIDON_TARGET: 'main', GUIDON_BASE: '' },
      ...{ GUIDON_DIRECTORY: '', GUIDON_CONTEXTS: '', GUIDON_COMMENT: 'true', GUIDON_FROM: 'acme/shop' },
      ...{ GUIDON_COMMENT_TOKEN: 'secret', ...changes },
    };
    const shell = ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c'];
    const { run: script } = action.runs.steps[0]!;
    return run(shell, script, env).then((done) => ({ ...done, summary: readFileSync(summary!, 'utf8') }));
  }

  it('fails the job on GitHub, comments once, and updates that comment when the branch is mended', async () => {
    const first = await onGitHub();
    expect(first.code).toBe(1);
    expect(first.printed).toContain('Everyone gets "on" instead of "off".');
    expect(first.summary).toContain('⛔ **Blocked**');
    expect(host.comments).toHaveLength(1);
    expect(host.comments[0]?.body).toContain('⛔ **Blocked**');
    await remote.person.write('flags/a.yaml', OFF.replace('A flag for a test', 'Said better'));
    expect(await onGitHub()).toMatchObject({ code: 0 });
    expect(host.comments).toHaveLength(1);
    expect(host.comments[0]?.body).toContain('✅ **Fine**');
    expect(host.calls).toEqual([
      'GET /repos/acme/shop/issues/7/comments',
      'POST /repos/acme/shop/issues/7/comments',
      'GET /repos/acme/shop/issues/7/comments',
      'PATCH /repos/acme/shop/issues/comments/100',
    ]);
  });

  it('asks nothing of the host for a fork, and runs nothing that a branch is named', async () => {
    const fork = await onGitHub({ GUIDON_FROM: 'somebody/shop' });
    expect(fork).toMatchObject({ code: 1, summary: expect.stringContaining('⛔ **Blocked**') });
    expect(fork.printed).toContain('::notice::A pull request from a fork');
    const hostile = await onGitHub({
      GUIDON_TARGET: 'x"; touch hacked; echo "$(touch hacked)',
      GUIDON_COMMENT: 'no',
    });
    expect(hostile.code).toBe(2);
    const away = await onGitHub({ GUIDON_COMMENT: 'no', GUIDON_SERVER: 'http://127.0.0.1:9' });
    expect(away.summary).toContain('No figures from the server');
    expect(await remote.person.git('status', '--short')).toBe('');
    expect(host.calls).toEqual([]);
  });

  it('describes every input, and lets none into the text of the script', () => {
    const [step, ...others] = action.runs.steps;
    expect(others).toEqual([]);
    expect(step).toMatchObject({ shell: 'bash' });
    expect(action.runs.using).toBe('composite');
    expect(step!.run).not.toContain('${{');
    const passed = JSON.stringify(step!.env);
    for (const [name, { description }] of Object.entries(action.inputs)) {
      expect(description).toMatch(/\.$/);
      expect(passed).toContain(`inputs.${name} `);
    }
    // What the script reads is what the step hands over, or what every runner sets.
    const used = new Set(
      [...step!.run.matchAll(/\$\{?(GUIDON_[A-Z_]+|GITHUB_[A-Z_]+)/g)].map(([, name]) => name!),
    );
    for (const name of used)
      expect([...Object.keys(step!.env), 'GITHUB_REPOSITORY', 'GITHUB_STEP_SUMMARY']).toContain(name);
  });

  it('does the same on GitLab, and without a token all but the comment', async () => {
    const base = (await remote.person.git('rev-parse', 'origin/main')).trim();
    const env = {
      ...{ GITLAB_CI: 'true', CI_API_V4_URL: host.url, CI_PROJECT_ID: '5', CI_MERGE_REQUEST_IID: '3' },
      ...{ CI_MERGE_REQUEST_DIFF_BASE_SHA: base, GUIDON_DIRECTORY: 'flags', GUIDON_CONTEXTS: '' },
    };
    const script = included.script.join('\n');
    const quiet = await run(['sh', '-ec'], script, env);
    expect(quiet.code).toBe(1);
    expect(quiet.printed).toContain('Everyone gets "on" instead of "off".');
    expect(host.calls).toEqual([]);
    expect(await run(['sh', '-ec'], script, { ...env, GUIDON_COMMENT_TOKEN: 'secret' })).toMatchObject({
      code: 1,
    });
    const away = await run(['sh', '-ec'], script, { ...env, GUIDON_SERVER: 'http://127.0.0.1:9' });
    expect(away.printed).toContain('No figures from the server');
    expect(host.calls).toEqual([
      'GET /projects/5/merge_requests/3/notes',
      'POST /projects/5/merge_requests/3/notes',
    ]);
    expect(included.rules).toEqual([{ if: '$CI_PIPELINE_SOURCE == "merge_request_event"' }]);
    expect(included.variables.GIT_DEPTH).toBe('0');
  });
});
