import { createGitRemote, flagFile, projectFile, startPostgres } from '@guidon/testkit';
import { expect, it, jest } from '@jest/globals';
import type { RevisionSource } from '../src/catalog/index.js';
import { aSyncingReplica, openQuickStore } from './store-kit.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(120_000);

const postgres = await startPostgres();

const FLAG = 'flags/checkout.yaml';

function share(on: number): string {
  return flagFile({ serve: { production: 'off' } }).replace(
    'production: off',
    `production: { split: { on: ${on}, off: ${100 - on} } }`,
  );
}

it('refuses to hop to a large share by small steps that nobody has been served yet, also after a restart', async () => {
  const database = await openQuickStore(postgres);
  const remote = await createGitRemote({ files: { 'flags/guidon.yaml': projectFile(), [FLAG]: share(10) } });
  let isHeld = false;
  const alter = (revision: RevisionSource): RevisionSource =>
    isHeld ? { ...revision, holds: [{ kind: 'unreviewed', sentence: 'Nobody has reviewed it.' }] } : revision;
  const first = await aSyncingReplica(database, remote.url, { alter });
  await first.sync.sync();
  isHeld = true;
  await remote.publish({ [FLAG]: share(20) });
  await first.sync.sync();
  expect(await first.sync.status()).toMatchObject({ state: 'held', frozen: [] });
  const replica = await aSyncingReplica(database, remote.url, { alter });
  await remote.publish({ [FLAG]: share(30) });
  await replica.sync.sync();
  const { frozen, findings } = await replica.sync.status();
  expect(frozen).toEqual(['checkout.yaml']);
  expect(findings.filter(({ severity }) => severity === 'error')).toMatchObject([
    { code: 'percent-jump', sentence: expect.stringContaining('jumps from 10 to 30 percent') },
  ]);
  // Once everybody has the first step, the next one is a small step again.
  isHeld = false;
  await remote.publish({ [FLAG]: share(20) });
  await replica.sync.sync();
  await remote.publish({ [FLAG]: share(30) });
  await replica.sync.sync();
  expect(await replica.sync.status()).toMatchObject({ state: 'accepted', frozen: [] });
  await database.close();
});
