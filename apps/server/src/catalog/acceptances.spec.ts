import { createGitRemote, flagFile, projectFile, startPostgres, type TestPostgres } from '@guidon/testkit';
import { describe, expect, it, jest } from '@jest/globals';
import { aSyncingReplica, auditEntries, openQuickStore, openStore } from '../../test/store-kit.js';
import type { RevisionHold } from './revision-hold.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const postgres: TestPostgres | undefined = await startPostgres();

const BEFORE = { 'flags/guidon.yaml': projectFile(), 'flags/a.yaml': flagFile() };
const AFTER = { 'flags/a.yaml': flagFile({ description: 'Another one' }) };
const UNREVIEWED: RevisionHold = { kind: 'unreviewed', sentence: 'Nobody reviewed it.' };
const UNSIGNED: RevisionHold = { kind: 'unsigned', sentence: 'Nobody signed it.' };
const BY_ADA = { actor: 'ada', reason: 'I looked at it.', requestId: '1' };

const accepted = (entries: Record<string, unknown>[]) =>
  entries.filter(({ action }) => action === 'revision.accept');

it('accepts nothing that began to hold a commit after the person looked at it', async () => {
  const database = await openQuickStore(postgres);
  const remote = await createGitRemote({ files: BEFORE });
  let holds: readonly RevisionHold[] = [];
  const replica = await aSyncingReplica(database, remote.url, {
    alter: (revision) => ({ ...revision, holds }),
  });
  await replica.sync.sync();
  holds = [UNREVIEWED];
  const commit = await remote.publish(AFTER);
  await replica.sync.sync();
  holds = [UNREVIEWED, UNSIGNED];
  await replica.sync.sync();
  expect(replica.catalog.newest().record?.holds.map(({ kind }) => kind)).toEqual(['unreviewed', 'unsigned']);
  const order = { ...BY_ADA, commit };
  await expect(replica.sync.accept({ ...order, seen: ['unreviewed'] })).rejects.toMatchObject({
    code: 'revision-not-held',
    message: expect.stringMatching(/Something new holds .*: Nobody signed it\. Look again/),
  });
  expect(replica.catalog.newest().record?.state).toBe('held');
  expect(accepted(await auditEntries(database))).toEqual([]);
  const record = await replica.sync.accept({ ...order, seen: ['unreviewed', 'unsigned', 'freeze'] });
  expect(record.state).toBe('accepted');
  expect(accepted(await auditEntries(database))).toMatchObject([{ commit, actor: 'ada' }]);
  await database.close();
});

(postgres === undefined ? describe.skip : describe)('given two servers on PostgreSQL', () => {
  it('writes one entry for one acceptance when two accept at once', async () => {
    const { url } = await (postgres as TestPostgres).createDatabase();
    const databases = [await openStore(url), await openStore(url)] as const;
    const remote = await createGitRemote({ files: BEFORE });
    let holds: readonly RevisionHold[] = [];
    const alter = { alter: <R extends object>(revision: R) => ({ ...revision, holds }) };
    const first = await aSyncingReplica(databases[0], remote.url, alter);
    const second = await aSyncingReplica(databases[1], remote.url, alter);
    await first.sync.sync();
    holds = [UNREVIEWED];
    const commit = await remote.publish(AFTER);
    await first.sync.sync();
    await second.catalog.refresh();
    const accept = (replica: typeof first) => replica.acceptances.accept({ ...BY_ADA, commit });
    const answers = await Promise.all([first, second, first, second].map(accept));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(accepted(await auditEntries(databases[0]))).toHaveLength(1);
    await first.sync.sync();
    expect(first.catalog.newest().record?.state).toBe('accepted');
    for (const database of databases) await database.close();
  });
});
