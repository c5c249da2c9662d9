import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createGitRemote, type GitRemote, runGit, serveGitOverHttp, temporaryFolder } from '@guidon/testkit';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type BranchWriter, openBranchWriter } from './branch-writer.js';
import { GitError } from './git-error.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const AUTHOR = { name: 'Guidon', email: 'guidon@noreply.invalid' };
const BRANCH = 'guidon/kill-a';
const AT_MS = Date.parse('2026-11-23T12:00:00Z');

let remote: GitRemote;
let writer: BranchWriter;
let parent: string;

async function open(url = remote.url, tokenFile?: string): Promise<BranchWriter> {
  const directory = await temporaryFolder('guidon-writer');
  return openBranchWriter({ url, directory, ...(tokenFile === undefined ? {} : { tokenFile }) });
}

function change(files: Record<string, string>, message = 'Kill "a"\n\nBecause: $(id) `x` --amend\n') {
  return { parent, files: new Map(Object.entries(files)), message, author: AUTHOR, atMs: AT_MS };
}

async function failureOf(work: Promise<unknown>): Promise<GitError> {
  const error: unknown = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof GitError)) throw new Error(`Expected a GitError, got ${String(error)}`);
  return error;
}

const tip = async () => (await writer.tipsBelow('guidon')).get(BRANCH);
const inRemote = (...args: string[]) => runGit(remote.folder, args);

beforeEach(async () => {
  remote = await createGitRemote({
    files: { 'flags/a.yaml': 'a: 1 # one\n', 'flags/ö b.yaml': 'b: 1\n', 'README.md': 'Read me\n' },
  });
  writer = await open();
  parent = await writer.fetchHead();
});

describe('commit and push', () => {
  it('puts one commit on top of the head, in which nothing else changes', async () => {
    const commit = await writer.commit(
      change({ 'flags/a.yaml': 'a: 2 # one\n', 'flags/ö b.yaml': 'b: 2\n' }),
    );
    expect(await tip()).toBeUndefined();
    await writer.push(BRANCH, commit, undefined);
    expect(await tip()).toBe(commit);
    expect(await inRemote('rev-parse', `${BRANCH}^`)).toBe(parent);
    expect(await inRemote('diff', '--numstat', '-z', 'main', BRANCH)).toBe(
      '1\t1\tflags/a.yaml\u00001\t1\tflags/ö b.yaml\u0000',
    );
    expect(await inRemote('show', `${BRANCH}:flags/a.yaml`)).toBe('a: 2 # one');
    expect(await inRemote('log', '-1', '--format=%an <%ae> %cn %ct%n%B', BRANCH)).toBe(
      'Guidon <guidon@noreply.invalid> Guidon 1795435200\nKill "a"\n\nBecause: $(id) `x` --amend\n',
    );
    expect(await remote.head()).toBe(parent);
  });

  it('makes the same commit of the same change, so that a push that was cut off is known again', async () => {
    const commits = await Promise.all([1, 2].map(() => writer.commit(change({ 'flags/a.yaml': 'a: 2\n' }))));
    expect(commits[0]).toBe(commits[1]);
  });

  it('changes hundreds of files in one commit', async () => {
    const many = Array.from({ length: 450 }, (_, n) => `flags/area-${n % 9}/flag-${n}.yaml`);
    parent = await remote.publish(Object.fromEntries(many.map((path) => [path, 'a: 1\n'])));
    await writer.fetchHead();
    const commit = await writer.commit(change(Object.fromEntries(many.map((path) => [path, 'a: 2\n']))));
    await writer.push(BRANCH, commit, undefined);
    expect(await inRemote('diff', '--shortstat', 'main', BRANCH)).toMatch(
      /^ 450 files changed, 450 insertions/,
    );
    await remote.person.git('push', '-q', 'origin', 'HEAD:refs/heads/other/guidon');
    expect([...(await writer.tipsBelow('guidon'))]).toEqual([[BRANCH, commit]]);
  });

  it('keeps the mode of a file', async () => {
    await remote.person.git('update-index', '--chmod=+x', 'flags/a.yaml');
    await remote.person.git('commit', '-qm', 'Make it executable');
    await remote.person.push();
    parent = await writer.fetchHead();
    const commit = await writer.commit(change({ 'flags/a.yaml': 'a: 2\n' }));
    await writer.push(BRANCH, commit, undefined);
    expect(await inRemote('ls-tree', BRANCH, 'flags/a.yaml')).toMatch(/^100755 blob/);
  });

  it('adds a file where nothing stands in the way, and refuses it where something would go', async () => {
    const adding = (path: string) =>
      writer.commit({ ...change({ 'flags/a.yaml': 'a: 2\n', [path]: 'c: 1\n' }), added: new Set([path]) });
    for (const path of ['flags/new/c.yaml', 'flags/c.yaml', 'new/d/c.yaml']) {
      await writer.push(BRANCH, await adding(path), await tip());
      expect(await inRemote('diff', '--name-status', 'main', BRANCH)).toBe(`M\tflags/a.yaml\nA\t${path}`);
      expect(await inRemote('ls-tree', '-r', BRANCH, '--', path)).toMatch(/^100644 blob/);
    }
    for (const path of ['README.md', 'README.md/c.yaml', 'flags/a.yaml/d/c.yaml', 'flags', '.git/config'])
      expect([path, (await failureOf(adding(path))).kind]).toEqual([path, 'refused']);
  });

  it('overwrites only what it knows, and drops a branch only so', async () => {
    const first = await writer.commit(change({ 'flags/a.yaml': 'a: 2\n' }));
    const second = await writer.commit(change({ 'flags/a.yaml': 'a: 3\n' }));
    await writer.push(BRANCH, first, undefined);
    expect((await failureOf(writer.push(BRANCH, second, undefined))).kind).toBe('stale');
    expect((await failureOf(writer.push(BRANCH, second, parent))).kind).toBe('stale');
    await writer.push(BRANCH, second, first);
    expect((await failureOf(writer.drop(BRANCH, first))).kind).toBe('stale');
    expect(await tip()).toBe(second);
    await writer.drop(BRANCH, second);
    expect(await tip()).toBeUndefined();
  });
});

it('pushes into a checkout that somebody works in, beside what is checked out', async () => {
  writer = await open(pathToFileURL(remote.person.folder).href);
  parent = await writer.fetchHead();
  const commit = await writer.commit(change({ 'flags/a.yaml': 'a: 2\n' }));
  await writer.push(BRANCH, commit, undefined);
  expect(await remote.person.git('status', '--porcelain', '--branch')).toBe('## main');
  expect(await remote.person.git('show', '--format=', '--numstat', BRANCH)).toBe('1\t1\tflags/a.yaml');
});

it('never pushes to the branch that it follows, nor takes odd names and paths', async () => {
  const commit = await writer.commit(change({ 'flags/a.yaml': 'a: 2\n' }));
  for (const branch of ['main', '--all', 'a b', 'x:refs/heads/main', '../main', 'HEAD:'])
    expect((await failureOf(writer.push(branch, commit, undefined))).kind).toBe('refused');
  for (const path of [
    'flags',
    'flags/new.yaml',
    '../x',
    '/etc/passwd',
    '',
    ':/',
    ':(top)flags/a.yaml',
    'flags/*',
  ])
    expect((await failureOf(writer.commit(change({ [path]: 'x' })))).kind).toBe('refused');
  expect((await failureOf(writer.push(BRANCH, '--mirror', undefined))).kind).toBe('refused');
  expect(await remote.head()).toBe(parent);
});

describe('a remote that refuses', () => {
  it('says that a push is not allowed, over smart HTTP, without the token', async () => {
    const server = await serveGitOverHttp(remote, { token: 'glpat-secret' });
    const tokenFile = join(await temporaryFolder('guidon-token'), 'token');
    writeFileSync(tokenFile, 'glpat-secret\n');
    const other = await open(server.url, tokenFile);
    parent = await other.fetchHead();
    const commit = await other.commit(change({ 'flags/a.yaml': 'a: 2\n' }));
    await inRemote('config', 'http.receivepack', 'false');
    const error = await failureOf(other.push(BRANCH, commit, undefined));
    expect(error.kind).toBe('auth');
    expect(error.message).not.toMatch(/glpat-secret|Basic/);
    await inRemote('config', 'http.receivepack', 'true');
    await other.push(BRANCH, commit, undefined);
    expect(await inRemote('rev-parse', BRANCH)).toBe(commit);
  });

  it('says that the remote has rejected it', async () => {
    writeFileSync(
      join(remote.folder, 'hooks', 'pre-receive'),
      '#!/bin/sh\necho no branches today >&2\nexit 1\n',
      {
        mode: 0o755,
      },
    );
    const commit = await writer.commit(change({ 'flags/a.yaml': 'a: 2\n' }));
    const error = await failureOf(writer.push(BRANCH, commit, undefined));
    expect(error.kind).toBe('rejected');
    expect(error.message).toContain('no branches today');
  });
});
