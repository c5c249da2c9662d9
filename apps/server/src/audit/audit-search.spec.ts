import { fakeClock, startPostgres, temporaryFolder } from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { openStore } from '../../test/store-kit.js';
import type { Database } from '../kernel/database/index.js';
import type { AuditEvent } from './audit.js';
import { AuditReader } from './audit-reader.js';
import { type AuditSearch, conditionOf } from './audit-search.js';
import { judgeWith } from './checkpoint-signer.js';
import { CheckpointFile } from './checkpoint-store.js';
import { DatabaseAudit } from './database-audit.js';
import { noteApproval } from './used-approvals.js';

jest.setTimeout(120_000);

const postgres = await startPostgres();
const databases: [string, () => Promise<string | undefined>][] = [
  ['the embedded database', async () => undefined],
];
if (postgres !== undefined) databases.push(['PostgreSQL', async () => (await postgres.createDatabase()).url]);

const PLAIN = { reason: 'why', subject: {}, before: null, after: null } as const;
const EVENTS: readonly AuditEvent[] = [
  {
    ...{ ...PLAIN, action: 'revision.publish', actor: 'system:sync', commit: 'c0ffee'.padEnd(40, '0') },
    ...{ environments: ['production'], flags: ['checkout', 'login'] },
    git: { authors: ['ada@acme.example'], committers: ['bo@acme.example'], signers: [], reviewed: true },
    pullRequests: [{ id: '#7', url: 'https://git.acme.example/shop/pulls/7' }],
    approvals: [{ by: 'gus', on: 'git-host' }],
  },
  {
    ...{ ...PLAIN, action: 'kill.press', actor: 'key:abc/Rita@acme.example (break-glass)', requestId: 'r-2' },
    ...{ environments: ['production', 'staging'], flags: ['checkout'], sourceAddress: '10.1.2.3' },
  },
  { ...PLAIN, action: 'kill.revive', actor: 'key:def/checkout / team', flags: ['login'] },
  { ...PLAIN, action: 'key.create', actor: 'person:Rita@acme.example', reason: 'Signed in' },
];
const AGREED = { id: '01', by: 'gus@acme.example', on: 'guidon', hash: 'f'.repeat(64) } as const;

async function openLog(url: string | undefined): Promise<{ database: Database; reader: AuditReader }> {
  const database = await openStore(url);
  const file = new CheckpointFile(await temporaryFolder());
  return {
    database,
    reader: new AuditReader({ transactions: database.transactions, judge: judgeWith([]), file }),
  };
}

describe.each(databases)('given a log on %s', (_name, databaseUrl) => {
  let database: Database;
  let reader: AuditReader;
  const clock = fakeClock(Date.parse('2026-11-23T12:00:00Z'));

  const append = (event: AuditEvent, ...approvals: (typeof AGREED)[]) =>
    database.transactions.run(async (manager) => {
      for (const approval of approvals) noteApproval(manager, approval);
      await new DatabaseAudit(clock).append(manager, event);
    });
  const sql = (text: string): Promise<unknown> => database.transactions.run((manager) => manager.query(text));
  const page = async (search: AuditSearch, before = Number.MAX_SAFE_INTEGER, limit = 100) =>
    (await reader.page(search, { before, limit })).map(({ sequence }) => sequence);

  beforeAll(async () => {
    ({ database, reader } = await openLog(await databaseUrl()));
    for (const event of EVENTS) await append(event, ...(event.action === 'kill.revive' ? [AGREED] : []));
  });
  afterAll(() => database.close());

  it.each<[AuditSearch, number[]]>([
    [{ key: 'abc' }, [2]],
    [{ owner: 'rita@ACME.example' }, [4, 2]],
    [{ owner: 'checkout / team' }, [3]],
    [{ flag: 'checkout' }, [2, 1]],
    [{ flag: 'check' }, []],
    [{ environment: 'staging' }, [2]],
    [{ commit: 'c0ff' }, [1]],
    [{ author: 'Ada@acme.example' }, [1]],
    [{ author: 'bo@acme.example' }, [1]],
    [{ pullRequest: '7' }, [1]],
    [{ pullRequest: '#7' }, [1]],
    [{ pullRequest: 'https://git.acme.example/shop/pulls/7' }, [1]],
    [{ approver: 'GUS' }, [1]],
    [{ approver: 'gus@acme.example' }, [3]],
    [{ sourceAddress: '10.1.2.3' }, [2]],
    [{ requestId: 'r-2' }, [2]],
    [{ action: 'kill', flag: 'login' }, [3]],
    [{ reason: 'signed' }, [4]],
  ])('finds by %j', async (search, sequences) => {
    expect(await page(search)).toEqual(sequences);
  });

  it('finds entries from before there were such fields by key and owner', async () => {
    const body = JSON.stringify({ action: 'kill.press', actor: 'key:old/olga@acme.example' });
    await sql(`INSERT INTO audit_entries VALUES (1000, now(), '${body}', '', 'x')`);
    expect([await page({ key: 'old' }), await page({ owner: 'olga@acme.example' })]).toEqual([
      [1000],
      [1000],
    ]);
  });

  it('turns pages that stay as they are while entries are appended', async () => {
    const first = await page({ action: 'kill' }, 1000, 1);
    await append({ ...PLAIN, action: 'kill.press', actor: 'key:abc/rita@acme.example' });
    const second = await page({ action: 'kill' }, first.at(-1), 1);
    await append({ ...PLAIN, action: 'kill.press', actor: 'key:abc/rita@acme.example' });
    expect([first, second, await page({ action: 'kill' }, second.at(-1), 1)]).toEqual([[3], [2], []]);
  });

  it.each(['UPDATE audit_entries SET at = now()', 'DELETE FROM audit_entries', 'TRUNCATE audit_entries'])(
    'refuses %s, and the same of checkpoints',
    async (statement) => {
      await sql("INSERT INTO audit_checkpoints VALUES (1, 'h', now(), 'k', 's') ON CONFLICT DO NOTHING");
      const refused = { message: expect.stringContaining('is append-only') };
      await expect(sql(statement)).rejects.toMatchObject(refused);
      await expect(sql(statement.replace('entries', 'checkpoints'))).rejects.toMatchObject(refused);
    },
  );
});

const LARGE = 100_000;
const PORTION = 5000;

(postgres === undefined ? describe.skip : describe)('given a hundred thousand entries', () => {
  let database: Database;
  let reader: AuditReader;

  beforeAll(async () => {
    ({ database, reader } = await openLog((await postgres?.createDatabase())?.url));
    const insert = `
        INSERT INTO audit_entries
        SELECT n, now() - (${LARGE} - n) * interval '1 minute', jsonb_build_object(
          'action', (ARRAY['kill.press', 'key.create', 'revision.publish', 'wave.advance'])[1 + n % 4],
          'actor', format('key:k%s/person%s@acme.example', n % 500, n % 300), 'reason', format('reason %s', n),
          'requestId', format('r-%s', n), 'sourceAddress', format('10.0.%s.%s', n % 200, n % 7),
          'commit', md5(n::text), 'environments', jsonb_build_array(format('e%s', n % 60)),
          'flags', jsonb_build_array(format('flag-%s', n % 900), format('flag-%s', n % 700)),
          'git', jsonb_build_object('authors', jsonb_build_array(format('a%s@acme.example', n % 400))),
          'pullRequests', jsonb_build_array(jsonb_build_object('id', format('#%s', n % 9000))),
          'approvals', jsonb_build_array(jsonb_build_object('by', format('p%s@acme.example', n % 300), 'on', 'guidon'))
        )::text, '', '' FROM generate_series($1::int, $2::int) n`;
    for (let from = 1; from <= LARGE; from += PORTION)
      await database.transactions.run((manager) => manager.query(insert, [from, from + PORTION - 1]));
    await database.transactions.run((manager) => manager.query('ANALYZE audit_entries'));
  });
  afterAll(() => database.close());

  it.each<AuditSearch>([
    { action: 'kill.press' },
    { key: 'k7' },
    { owner: 'person7@acme.example' },
    { flag: 'flag-7' },
    { environment: 'e7' },
    { commit: 'c4ca4238a0b9' },
    { author: 'a7@acme.example' },
    { pullRequest: '7' },
    { approver: 'p7@acme.example' },
    { requestId: 'r-77' },
    { sourceAddress: '10.0.7.0' },
    { since: '2026-01-01T00:00:00Z', until: '2026-01-01T01:00:00Z' },
    {},
  ])('reads no more of them than it needs for %j', async (search) => {
    const { sql, parameters } = conditionOf(search, 3);
    const [{ 'QUERY PLAN': plan }] = await database.transactions.run((manager) =>
      manager.query(
        `EXPLAIN (ANALYZE, FORMAT JSON) SELECT sequence FROM audit_entries
         WHERE sequence < $1 AND ${sql} ORDER BY sequence DESC LIMIT $2`,
        [Number.MAX_SAFE_INTEGER, 50, ...parameters],
      ),
    );
    const text = JSON.stringify(plan);
    expect(text).not.toContain('"Seq Scan"');
    // What is read and thrown away again: a walk through the whole log would be a hundred thousand.
    const removed = [...text.matchAll(/"Rows Removed by [^"]*":(\d+)/g)].map(([, count]) => Number(count));
    expect(removed.every((count) => count <= LARGE / 20)).toBe(true);
    expect((await reader.page(search, { before: LARGE + 1, limit: 50 })).length <= 50).toBe(true);
  });
});
