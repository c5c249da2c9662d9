import { expect, it } from '@jest/globals';
import { startGitHost } from './start-git-host.js';

const POST = { method: 'POST', headers: { 'content-type': 'application/json' } };
const PULL = { title: 'A', head: 'b', base: 'main' };

it.each<[string, number, RequestInit]>([
  ['/repos/acme/shop/pulls', 200, {}],
  ['/repos/acme/shop/pulls', 201, { ...POST, body: JSON.stringify(PULL) }],
  ['/repos/acme/shop/pulls', 401, { headers: { authorization: 'token t0ken' } }],
  ['/repos/acme/shop/pulls', 405, { method: 'DELETE' }],
  ['/repos/acme/shop/pull', 404, {}],
  ['/repos/acme/other/pulls', 404, {}],
  ['/repos/acme/shop/pulls?branch=b', 422, {}],
  ['/repos/acme/shop/pulls', 422, { ...POST, body: JSON.stringify({ ...PULL, title: undefined }) }],
  ['/repos/acme/shop/pulls', 422, { ...POST, body: JSON.stringify({ ...PULL, source_branch: 'b' }) }],
  ['/repos/acme/shop/pulls', 422, { method: 'POST', body: JSON.stringify(PULL) }],
  ['/repos/acme/shop/statuses/abc', 422, { ...POST, body: '{"state":"failed"}' }],
])('answers %s with %i as the documents say for %j', async (path, status, init) => {
  const host = await startGitHost({ host: 'github', repository: 'acme/shop', token: 't0ken' });
  const headers = { authorization: 'Bearer t0ken', ...init.headers };
  const answer = await fetch(host.apiUrl + path, { ...init, headers });
  expect(answer.status).toBe(status);
  expect(host.refusals).toHaveLength(status < 400 || path.includes('other') ? 0 : 1);
  await host.close();
});
