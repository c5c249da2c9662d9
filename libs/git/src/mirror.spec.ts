import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { GitError } from './git-error.js';
import { openMirror } from './mirror.js';
import type { Mirror, MirrorOptions } from './mirror-types.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

let root: string;
let work: string;
const servers: Server[] = [];

function git(...args: string[]): string {
  const environment = {
    PATH: process.env.PATH,
    HOME: root,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Ada Ö',
    GIT_AUTHOR_EMAIL: 'ada@acme.example',
    GIT_COMMITTER_NAME: 'Bo',
    GIT_COMMITTER_EMAIL: 'bo@acme.example',
  };
  return execFileSync('git', ['-C', work, ...args], { env: environment as NodeJS.ProcessEnv, stdio: 'pipe' })
    .toString()
    .trim();
}

function commit(files: Record<string, string>, message = 'Change'): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(work, path)), { recursive: true });
    writeFileSync(join(work, path), text);
  }
  git('add', '-A');
  git('commit', '-q', '--allow-empty', '-m', message);
  return git('rev-parse', 'HEAD');
}

function open(options: Partial<MirrorOptions> = {}): Promise<Mirror> {
  return openMirror({ url: pathToFileURL(work).href, directory: join(root, 'mirror'), ...options });
}

async function serve(
  answer: (path: string, end: (status: number, body: string) => void) => void,
): Promise<string> {
  const server = createServer((request, response) =>
    answer(request.url ?? '', (status, body) => response.writeHead(status).end(body)),
  );
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/flags.git`;
}

async function failureOf(work: Promise<unknown>): Promise<GitError> {
  return work.then(
    () => {
      throw new Error('it did not fail');
    },
    (error) => error as GitError,
  );
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'guidon-git-'));
  work = join(root, 'source');
  mkdirSync(work);
  git('init', '-q', '-b', 'trunk');
});

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(root, { recursive: true, force: true });
});

describe('Mirror', () => {
  it('follows the branch of the source HEAD and reads a tree with its blobs', async () => {
    const first = commit({ 'flags/guidon.yaml': 'project: x\n', 'flags/a/é b.yaml': 'ü', 'other.txt': 'no' });
    const mirror = await open();
    expect(await mirror.fetchHead()).toBe(first);
    expect(mirror.branch()).toBe('trunk');
    const tree = await mirror.readTree(first, 'flags');
    expect(tree.map((it) => [it.path, it.entry, it.size])).toEqual([
      ['a/é b.yaml', 'file', 2],
      ['guidon.yaml', 'file', 11],
    ]);
    const blobs = await mirror.readBlobs(tree.map((it) => it.blob));
    expect(blobs.get(tree[0]?.blob as string)?.toString()).toBe('ü');
    const second = commit({ 'flags/guidon.yaml': 'project: y\n' }, 'Rename it\n\nbecause');
    expect(await mirror.fetchHead()).toBe(second);
    expect(await mirror.commitInfo(second)).toMatchObject({
      commit: second,
      parents: [first],
      author: { name: 'Ada Ö', email: 'ada@acme.example' },
      committer: { name: 'Bo', email: 'bo@acme.example' },
      subject: 'Rename it',
    });
    expect(await mirror.changedPaths(second.slice(0, 10), 'flags')).toEqual(['guidon.yaml']);
    expect(await mirror.changedPaths(first, 'flags')).toHaveLength(2);
    expect(await mirror.changedPaths('f'.repeat(40), 'flags')).toBeUndefined();
  });

  it('names what a tree entry is and reads a symlink only as text', async () => {
    commit({ 'flags/x.yaml': 'x', 'flags/run.yaml': '#!' });
    symlinkSync('/etc/passwd', join(work, 'flags/link.yaml'));
    git('update-index', '--chmod=+x', 'flags/run.yaml');
    git('add', 'flags/link.yaml');
    git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},flags/sub`);
    git('commit', '-q', '-m', 'Odd entries');
    const mirror = await open();
    const tree = await mirror.readTree(await mirror.fetchHead(), '/flags/');
    expect(Object.fromEntries(tree.map((it) => [it.path, it.entry]))).toEqual({
      'link.yaml': 'symlink',
      'run.yaml': 'executable',
      sub: 'submodule',
      'x.yaml': 'file',
    });
    const link = tree.find((it) => it.entry === 'symlink')?.blob as string;
    expect((await mirror.readBlobs([link])).get(link)?.toString()).toBe('/etc/passwd');
  });

  it('answers an empty tree for a folder that is not there', async () => {
    const mirror = await open();
    expect(await mirror.readTree(commit({ a: 'a' }) && (await mirror.fetchHead()), 'flags')).toEqual([]);
  });

  it('follows a named branch, a rewritten history and a detached HEAD', async () => {
    commit({ a: '1' });
    git('checkout', '-q', '-b', 'flags/live');
    const live = commit({ a: '2' });
    git('checkout', '-q', 'trunk');
    const named = await open({ branch: 'flags/live' });
    expect(await named.fetchHead()).toBe(live);
    const rewritten = commit({ a: '3' });
    git('branch', '-q', '-f', 'flags/live', 'trunk');
    expect(await named.fetchHead()).toBe(rewritten);
    git('checkout', '-q', '--detach', live);
    const detached = await open({ directory: join(root, 'other') });
    expect(await detached.fetchHead()).toBe(live);
    expect(detached.branch()).toBe('HEAD');
  });

  it('names the branch that the source HEAD is at now, not the one that it was at first', async () => {
    commit({ a: '1' });
    const mirror = await open();
    await mirror.fetchHead();
    expect(mirror.branch()).toBe('trunk');
    git('checkout', '-q', '-b', 'feature');
    const head = commit({ a: '2' });
    expect(await mirror.fetchHead()).toBe(head);
    expect(mirror.branch()).toBe('feature');
    git('checkout', '-q', '--detach');
    await mirror.fetchHead();
    expect(mirror.branch()).toBe('HEAD');
  });

  it('reads a bare and a shallow source and does not trust the end of a shallow history', async () => {
    commit({ 'flags/a': '1' });
    const head = commit({ 'flags/b': '2' });
    const shallow = join(root, 'shallow.git');
    git('clone', '-q', '--bare', '--depth=1', pathToFileURL(work).href, shallow);
    const mirror = await open({ url: pathToFileURL(shallow).href });
    expect(await mirror.fetchHead()).toBe(head);
    expect(await mirror.changedPaths(head, 'flags')).toBeUndefined();
  });

  it('runs nothing that stands in the source', async () => {
    commit({ a: '1' });
    const proof = join(root, 'proof');
    for (const hook of readdirSync(join(work, '.git')).includes('hooks')
      ? ['post-upload-pack', 'reference-transaction']
      : [])
      writeFileSync(join(work, '.git/hooks', hook), `#!/bin/sh\ntouch ${proof}\n`, { mode: 0o755 });
    git('config', 'core.fsmonitor', `touch ${proof}`);
    git('config', 'uploadpack.packObjectsHook', `touch ${proof}; true`);
    git('config', 'core.sshCommand', `touch ${proof}`);
    const mirror = await open();
    await mirror.fetchHead();
    expect(existsSync(proof)).toBe(false);
  });

  it('says no-branch for an empty source and for a branch that is not there', async () => {
    expect((await failureOf((await open()).fetchHead())).kind).toBe('no-branch');
    commit({ a: '1' });
    expect((await failureOf((await open({ branch: 'nope' })).fetchHead())).kind).toBe('no-branch');
  });

  it('says unreachable for a source that is away and recovers when it is back', async () => {
    commit({ a: '1' });
    const mirror = await open({ url: pathToFileURL(join(root, 'later')).href });
    expect((await failureOf(mirror.fetchHead())).kind).toBe('unreachable');
    git('clone', '-q', '--bare', work, join(root, 'later'));
    expect(await mirror.fetchHead()).toBe(git('rev-parse', 'HEAD'));
    const refused = await open({ url: 'http://127.0.0.1:1/flags.git' });
    expect((await failureOf(refused.fetchHead())).kind).toBe('unreachable');
  });

  it('sends the token as a header, says auth when it is refused, and never prints it', async () => {
    const token = 's3cret-token-value';
    writeFileSync(join(root, 'token'), `${token}\n`);
    const url = await serve((_, end) => end(401, token));
    const mirror = await open({ url, tokenFile: join(root, 'token') });
    const failure = await failureOf(mirror.fetchHead());
    expect(failure.kind).toBe('auth');
    expect(failure.message).not.toContain(token);
    rmSync(join(root, 'token'));
    expect((await failureOf(mirror.fetchHead())).kind).toBe('auth');
  });

  it('does not follow a redirect', async () => {
    let asked = 0;
    const elsewhere = await serve((_, end) => {
      asked += 1;
      end(404, '');
    });
    const server = createServer((_, response) => response.writeHead(301, { location: elsewhere }).end());
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const mirror = await open({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/flags.git`,
    });
    await expect(mirror.fetchHead()).rejects.toBeInstanceOf(GitError);
    expect(asked).toBe(0);
  });

  it('ends a fetch from a source that hangs, with its transport helper', async () => {
    let closed: () => void = () => {};
    const gone = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const server = createServer((request) => request.socket.on('close', closed));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/flags.git`;
    const mirror = await open({ url, timeoutMs: 1500 });
    expect((await failureOf(mirror.fetchHead())).kind).toBe('time-out');
    await gone;
  });

  it('starts over stale locks and rebuilds a damaged store', async () => {
    commit({ a: '1' });
    const first = await open();
    const before = await first.fetchHead();
    const store = join(root, 'mirror/repository.git');
    for (const lock of [
      'config.lock',
      'HEAD.lock',
      'packed-refs.lock',
      'shallow.lock',
      'refs/guidon/head.lock',
    ])
      writeFileSync(join(store, lock), '');
    const after = commit({ a: '2' });
    expect(await (await open()).fetchHead()).toBe(after);
    const objects = execFileSync('git', ['-C', store, 'rev-parse', `${before}^{tree}`])
      .toString()
      .trim();
    for (const path of readdirSync(join(store, 'objects'), { recursive: true }).map(String))
      if (/^[0-9a-f]{2}\/|\.pack$/.test(path)) {
        rmSync(join(store, 'objects', path));
        writeFileSync(join(store, 'objects', path), 'damage');
      }
    expect(objects).toHaveLength(40);
    const last = commit({ a: '3' });
    const mirror = await open();
    expect(await mirror.fetchHead()).toBe(last);
    expect(await mirror.readTree(last, '')).toHaveLength(1);
  });

  it('refuses ids that are options and contents that are missing', async () => {
    const mirror = await open();
    commit({ a: '1' });
    const head = await mirror.fetchHead();
    expect((await failureOf(mirror.readTree('--output=x', ''))).kind).toBe('refused');
    expect((await failureOf(mirror.commitInfo('HEAD'))).kind).toBe('refused');
    expect((await failureOf(mirror.readBlobs(['f'.repeat(40)]))).kind).toBe('corrupt');
    expect((await failureOf(mirror.readBlobs([head]))).kind).toBe('corrupt');
    expect(await mirror.readBlobs([])).toEqual(new Map());
  });

  it('reads ten thousand blobs in one go', async () => {
    for (let folder = 0; folder < 100; folder += 1) {
      mkdirSync(join(work, `flags/${folder}`), { recursive: true });
      for (let file = 0; file < 100; file += 1)
        writeFileSync(join(work, `flags/${folder}/${file}`), `${folder}/${file}`);
    }
    const head = commit({});
    const mirror = await open();
    await mirror.fetchHead();
    const tree = await mirror.readTree(head, 'flags');
    const blobs = await mirror.readBlobs(tree.map((it) => it.blob));
    expect(tree).toHaveLength(10_000);
    for (const entry of tree) expect(blobs.get(entry.blob)?.toString()).toBe(entry.path);
  }, 60_000);
});
