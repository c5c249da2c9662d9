import { createGitRemote, flagFile, projectFile, startPostgres } from '@guidon/testkit';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { aSyncingReplica, auditEntries, openQuickStore } from '../../test/store-kit.js';
import type { Database } from '../kernel/database/index.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(120_000);

const postgres = await startPostgres();

let database: Database;
beforeAll(async () => {
  database = await openQuickStore(postgres);
});
afterAll(() => database.close());

const URLS = `${flagFile({ serve: { development: 'off' } })}variants: { on: "https://a.example", off: none }\n`;
const waived = (reason: string) => `${URLS}waive: { config-shaped: ${reason} }\n`;

it('writes each waiver that a revision brings in into the one audit entry of that revision', async () => {
  const remote = await createGitRemote({
    files: { 'flags/guidon.yaml': projectFile(), 'flags/search.yaml': waived('Until the gateway can route') },
  });
  const replica = await aSyncingReplica(database, remote.url);
  await replica.sync.sync();
  const lastOf = async () => {
    const entries = await auditEntries(database);
    return { count: entries.length, entry: entries.at(-1) as { subject: Record<string, unknown> } };
  };
  const first = { flag: 'search', code: 'config-shaped', reason: 'Until the gateway can route' };
  expect(await lastOf()).toMatchObject({
    count: 1,
    entry: { action: 'revision.publish', subject: { author: expect.stringContaining('ada@acme.example') } },
  });
  expect((await lastOf()).entry.subject.waivers).toEqual([first]);

  // The flag changes and its waiver does not; also a server that has just started knows it already.
  await remote.publish({ 'flags/search.yaml': waived(first.reason).replace('A flag', 'Another flag') });
  const restarted = await aSyncingReplica(database, remote.url);
  await restarted.catalog.refresh();
  await restarted.sync.sync();
  expect((await lastOf()).count).toBe(2);
  expect((await lastOf()).entry.subject).not.toHaveProperty('waivers');

  const other = waived('It is a picture').replace('search', 'banner');
  const commit = await remote.publish({
    'flags/search.yaml': waived('For good'),
    'flags/banner.yaml': other,
  });
  await restarted.sync.sync();
  expect(await lastOf()).toMatchObject({ count: 3, entry: { commit } });
  expect((await lastOf()).entry.subject.waivers).toEqual(
    expect.arrayContaining([
      { ...first, reason: 'For good' },
      { flag: 'banner', code: 'config-shaped', reason: 'It is a picture' },
    ]),
  );
});
