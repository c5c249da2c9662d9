import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createGitRemote, runGit, serveGitOverHttp, temporaryFolder } from './index.js';

test('publishes commits that another clone sees', async () => {
  const remote = await createGitRemote({ files: { 'flags/a.yaml': 'one\n' } });
  const first = await remote.head();
  const second = await remote.publish({ 'flags/a.yaml': 'two\n', 'flags/b.yaml': 'new\n' }, 'Change a');
  expect(second).not.toBe(first);
  expect(await remote.head()).toBe(second);

  const folder = join(await temporaryFolder(), 'clone');
  await runGit('/', ['clone', '--quiet', remote.url, folder]);
  expect(await runGit(folder, ['show', 'HEAD:flags/a.yaml'])).toBe('two');
  await remote.publish({ 'flags/b.yaml': undefined });
  await runGit(folder, ['pull', '--quiet']);
  expect(await runGit(folder, ['ls-tree', '-r', '--name-only', 'HEAD'])).toBe('flags/a.yaml');
});

test('serves fetches and pushes over HTTP, and fails when told to', async () => {
  const remote = await createGitRemote({ files: { 'a.yaml': 'one\n' } });
  const http = await serveGitOverHttp(remote);
  const folder = join(await temporaryFolder(), 'clone');
  await runGit('/', ['clone', '--quiet', http.url, folder]);
  await runGit(folder, [
    '-c',
    'user.name=B',
    '-c',
    'user.email=b@x.y',
    'commit',
    '-qm',
    'B',
    '--allow-empty',
  ]);
  await runGit(folder, ['push', '--quiet', 'origin', 'HEAD:main']);
  expect(await remote.head()).toBe(await runGit(folder, ['rev-parse', 'HEAD']));
  expect(http.requests()).toBeGreaterThan(3);
  http.failWith(503);
  await expect(runGit(folder, ['fetch'])).rejects.toThrow('503');
});

test('lets in only who knows the token', async () => {
  const remote = await createGitRemote({ files: { 'a.yaml': 'one\n' } });
  const http = await serveGitOverHttp(remote, { token: 's3cret' });
  await expect(runGit('/', ['ls-remote', http.url])).rejects.toThrow('terminal prompts disabled');
  const url = new URL(http.url);
  url.username = 'git';
  url.password = 's3cret';
  expect(await runGit('/', ['ls-remote', url.href, 'main'])).toContain(await remote.head());
});
