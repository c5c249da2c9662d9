import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createGitRemote, type GitRemote, runGit, temporaryFolder } from '@guidon/testkit';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { gitEnvironment } from './git-environment.js';
import type { GitError } from './git-error.js';
import { openMirror } from './mirror.js';
import type { MirrorOptions } from './mirror-types.js';
import { redact } from './redact.js';
import { runRemote } from './run-git.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

let root: string;
let remote: GitRemote;
let proof: string;
let repository: string;
const closing: (() => void)[] = [];

beforeEach(async () => {
  root = await temporaryFolder('guidon-safe');
  remote = await createGitRemote({ files: { a: '1' } });
  proof = join(root, 'proof');
  repository = join(root, 'mirror/repository.git');
});

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const open = (options: Partial<MirrorOptions> = {}) =>
  openMirror({ url: remote.url, directory: join(root, 'mirror'), ...options });

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function failureOf(work: Promise<unknown>): Promise<GitError> {
  return work.then(
    () => {
      throw new Error('it did not fail');
    },
    (error) => error as GitError,
  );
}

/** A program that leaves a mark when anything runs it. */
function trap(path: string): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\ntouch ${proof}\ncat\n`, { mode: 0o755 });
}

describe('our repository', () => {
  it('runs no hook and follows no setting or alternate that somebody put into it', async () => {
    await (await open()).fetchHead();
    for (const hook of ['reference-transaction', 'post-checkout', 'pre-auto-gc', 'post-index-change'])
      trap(join(repository, 'hooks', hook));
    const elsewhere = await createGitRemote({ files: { secret: 'of another team' } });
    const stolen = await runGit(elsewhere.folder, ['rev-parse', 'main:secret']);
    writeFileSync(join(repository, 'objects/info/alternates'), `${join(elsewhere.folder, 'objects')}\n`);
    const settings = `[core]\n\tfsmonitor = touch ${proof}\n[credential]\n\thelper = "!touch ${proof}"\n[include]\n\tpath = ${root}/more\n`;
    writeFileSync(join(root, 'more'), settings);
    writeFileSync(join(repository, 'config'), settings);
    const mirror = await open();
    await remote.publish({ a: '2' });
    expect(await mirror.fetchHead()).toBe(await remote.head());
    expect(await mirror.follow(await remote.head(), undefined)).toBe('continues');
    expect((await failureOf(mirror.readBlobs([stolen]))).kind).toBe('corrupt');
    expect(existsSync(proof)).toBe(false);
    expect(await readFile(join(repository, 'config'), 'utf8')).not.toContain('include');
  });

  it('lets git speak the protocol of the source only, whatever it is told to fetch', async () => {
    await (await open()).fetchHead();
    const environment = gitEnvironment(join(root, 'mirror/home'), process.env);
    const runner = { directory: repository, environment, timeoutMs: 20_000, secrets: [] };
    const refused = [`ext::sh -c touch% ${proof}`, 'git://127.0.0.1:1/x', 'ssh://127.0.0.1:1/x'];
    for (const url of [...refused, 'http://127.0.0.1:1/x', 'https://127.0.0.1:1/x', 'fd::3'])
      expect((await failureOf(runRemote(runner, ['ls-remote', '--', url]))).message).toMatch(
        /transport '\w+' not allowed/,
      );
    expect(existsSync(proof)).toBe(false);
  });
});

describe('a hostile environment', () => {
  it('brings no program and no setting into git', async () => {
    trap(join(root, 'trap'));
    const inherited: NodeJS.ProcessEnv = {
      PATH: process.env.PATH,
      HOME: root,
      XDG_CONFIG_HOME: root,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'credential.helper',
      GIT_CONFIG_VALUE_0: `!touch ${proof}`,
      GIT_CONFIG_PARAMETERS: `'credential.helper'='!touch ${proof}'`,
    };
    for (const name of ['GIT_ASKPASS', 'SSH_ASKPASS', 'GIT_SSH_COMMAND', 'GIT_SSH', 'GIT_PROXY_COMMAND'])
      inherited[name] = join(root, 'trap');
    writeFileSync(join(root, '.gitconfig'), `[credential]\n\thelper = "!touch ${proof}"\n`);
    const url = await serve((_, response) =>
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end(),
    );
    const asked = await open({ url: `${url}/flags.git`, directory: join(root, 'asked'), inherited });
    expect((await failureOf(asked.fetchHead())).kind).toBe('auth');
    const local = await open({ inherited });
    expect(await local.fetchHead()).toBe(await remote.head());
    expect(existsSync(proof)).toBe(false);
  });
});

describe('a hostile source', () => {
  const packet = (text: string) => `${(text.length + 4).toString(16).padStart(4, '0')}${text}`;

  it('cannot put words, secrets or control characters of its own into a message', async () => {
    const token = 's3cret-token-value';
    writeFileSync(join(root, 'token'), token);
    const url = await serve((request, response) => {
      response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' });
      const seen = String(request.headers.authorization);
      const said = `ERR \u001b[31m${seen}\r\nlevel=info msg="all good" https://ada:pw@host/ ${'x'.repeat(900)}`;
      response.end(`${packet('# service=git-upload-pack\n')}0000${packet(said)}`);
    });
    const mirror = await open({ url: `${url}/flags.git`, tokenFile: join(root, 'token') });
    const { message } = await failureOf(mirror.fetchHead());
    expect(message).toContain('git fetch failed');
    expect(message).not.toContain('Skipping unknown');
    expect(message).not.toMatch(/\p{Cc}/u);
    for (const secret of [token, Buffer.from(`x-access-token:${token}`).toString('base64'), 'ada:pw'])
      expect(message).not.toContain(secret);
    expect(message.length).toBeLessThan(700);
  });

  it('cannot send us elsewhere for objects', async () => {
    const asked: string[] = [];
    const elsewhere = await serve((request, response) => {
      asked.push(String(request.url));
      response.writeHead(404).end();
    });
    await runGit(remote.folder, ['update-server-info']);
    const head = await remote.head();
    const object = join('objects', head.slice(0, 2), head.slice(2));
    await rm(join(remote.folder, object));
    // The plain protocol, where a server may name others that hold what it lacks.
    const url = await serve((request, response) => {
      const path = String(request.url).split('?')[0]?.replace('/flags.git/', '') ?? '';
      if (path === 'objects/info/http-alternates') return response.end(`${elsewhere}/objects\n`);
      readFile(join(remote.folder, path)).then(
        (bytes) => response.end(bytes),
        () => response.writeHead(404).end(),
      );
    });
    const mirror = await open({ url: `${url}/flags.git` });
    await expect(mirror.fetchHead()).rejects.toMatchObject({ name: 'GitError' });
    expect(asked).toEqual([]);
  });

  it('cannot name a branch in characters that nobody can see', async () => {
    for (const [branch, shown] of [
      ['x\u202egnp', 'HEAD'],
      ['größe/x', 'größe/x'],
    ] as const) {
      const odd = await createGitRemote({ branch, files: { a: '1' } });
      const mirror = await open({ url: odd.url, directory: join(root, shown) });
      expect(await mirror.fetchHead()).toBe(await odd.head());
      expect(mirror.branch()).toBe(shown);
    }
    expect(redact('fatal: x\u202egnp\u2028level=info')).toBe('fatal: x gnp level=info');
  });
});
