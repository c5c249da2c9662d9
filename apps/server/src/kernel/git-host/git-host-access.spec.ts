import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startGitHost, temporaryFolder } from '@guidon/testkit';
import { expect, it } from '@jest/globals';
import { gitHostAccess } from './git-host-access.js';
import { guardedFetch } from './guarded-fetch.js';

it('reads the token anew for each client', async () => {
  const fake = await startGitHost({ host: 'gitea', repository: 'acme/shop', token: 'second' });
  const tokenFile = join(await temporaryFolder('guidon-token'), 'token');
  const git = { url: 'https://git.example/acme/shop.git', path: 'flags', host: 'gitea', tokenFile } as const;
  const access = gitHostAccess({ git: { ...git, apiUrl: fake.apiUrl }, egressAllow: [] });
  await expect(access?.connect()).rejects.toMatchObject({ kind: 'auth' });
  writeFileSync(tokenFile, 'first\n');
  const refused = (await access?.connect())?.findProposal('a', 'main');
  await expect(refused).rejects.toMatchObject({ kind: 'auth', status: 401 });
  writeFileSync(tokenFile, 'second\n');
  expect(await (await access?.connect())?.findProposal('a', 'main')).toBeUndefined();
});

it('is not there where no host is configured', () => {
  expect(
    gitHostAccess({ git: { url: 'file:///srv/shop.git', path: 'flags' }, egressAllow: [] }),
  ).toBeUndefined();
});

it('reaches the hosts that are allowed and no other, and follows no redirect', async () => {
  const seen: unknown[] = [];
  const fetch = guardedFetch(['api.example', 'hooks.example:8443'], (async (
    url: string,
    init?: RequestInit,
  ) => {
    seen.push([url, init?.redirect]);
    return new Response('{}');
  }) as typeof globalThis.fetch);
  await fetch('https://API.example/x', { redirect: 'follow' });
  await fetch('https://hooks.example:8443/');
  for (const url of [
    'https://hooks.example/',
    'https://api.example.evil/',
    'https://api.example@evil.example/',
  ])
    await expect(fetch(url)).rejects.toThrow(/are not allowed/);
  expect(seen).toEqual([
    ['https://API.example/x', 'manual'],
    ['https://hooks.example:8443/', 'manual'],
  ]);
});
