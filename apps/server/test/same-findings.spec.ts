import type { Finding } from '@guidon/engine/model';
import { createGitRemote, fakeClock, type GitRemote, startPostgres } from '@guidon/testkit';
import { afterAll, expect, it, jest } from '@jest/globals';
import {
  BAD_STORES,
  type BadStore,
  createBadRemote,
  lintBadStore,
  publishTree,
  statesOf,
} from '../../cli/test/bad-stores.js';
import { TODAY_MS } from '../../cli/test/create-io.js';
import type { Database } from '../src/kernel/database/index.js';
import { aSyncingReplica, openQuickStore, type SyncingReplica } from './store-kit.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(120_000);

const postgres = await startPostgres();

const opened: Database[] = [];
afterAll(() => Promise.all(opened.map((database) => database.close())));

/** A server with a store of its own that has followed every state of the bad store. */
async function followed(store: BadStore): Promise<{ remote: GitRemote; replica: SyncingReplica }> {
  const database = await openQuickStore(postgres);
  opened.push(database);
  const clock = fakeClock(TODAY_MS);
  const turned = { clock, storeNowMs: async () => clock.nowMs() };
  if (store === 'odd-files') {
    const remote = await createBadRemote(store);
    const replica = await aSyncingReplica(database, remote.url, turned);
    await replica.sync.sync();
    return { remote, replica };
  }
  const remote = await createGitRemote();
  const replica = await aSyncingReplica(database, remote.url, turned);
  for (const tree of statesOf(store)) {
    await publishTree(remote, tree);
    await replica.sync.sync();
  }
  return { remote, replica };
}

const told = (findings: readonly Finding[]) =>
  findings.map(
    ({ path, line, column, code, severity, sentence }) =>
      `${path}:${line}:${column} ${severity} ${code} ${sentence}`,
  );

it.each([...BAD_STORES, 'odd-files'] as const)(
  'says of the bad store %s what guidon lint says, word for word',
  async (store) => {
    const { remote, replica } = await followed(store);
    const lint = await lintBadStore(store, remote, '--json');
    const { findings } = JSON.parse(lint.out) as { findings: Finding[] };
    expect(findings.length).toBeGreaterThan(0);
    expect(told(replica.catalog.newest().findings)).toEqual(told(findings));
    const errors = (some: readonly Finding[]) => some.some(({ severity }) => severity === 'error');
    expect([lint.code, errors(findings)]).toEqual([
      errors(replica.catalog.newest().findings) ? 1 : 0,
      errors(findings),
    ]);
  },
);

it('keeps what time alone has caused a warning, where guidon lint --strict fails', async () => {
  const { remote, replica } = await followed('warnings');
  const strict = await lintBadStore('warnings', remote, '--json', '--strict');
  const { findings } = JSON.parse(strict.out) as { findings: Finding[] };
  const hardened = findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
  expect([strict.code, hardened]).toEqual([1, ['team-budget']]);
  const served = replica.catalog.newest();
  expect(served.findings.map(({ code, severity }) => [code, severity])).toContainEqual([
    'team-budget',
    'warning',
  ]);
  expect(await replica.sync.status()).toMatchObject({ state: 'accepted', frozen: [] });
});
