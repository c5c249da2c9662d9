import { EMPTY_CHAIN, linkEntry } from '@guidon/policy/audit-chain';
import { fakeClock, startPostgres, temporaryFolder } from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Registry } from 'prom-client';
import { openStore } from '../../test/store-kit.js';
import type { Database } from '../kernel/database/index.js';
import { SILENT_LOG } from '../kernel/log/index.js';
import { AuditReader } from './audit-reader.js';
import { CheckpointSigner, judgeWith } from './checkpoint-signer.js';
import { CheckpointFile } from './checkpoint-store.js';
import { CheckpointWorker } from './checkpoint-worker.js';
import { CHAIN_FUNCTIONS, DatabaseAudit } from './database-audit.js';

jest.setTimeout(120_000);

const postgres = await startPostgres();
const databases: [string, () => Promise<string | undefined>][] = [
  ['the embedded database', async () => undefined],
];
if (postgres !== undefined) databases.push(['PostgreSQL', async () => (await postgres.createDatabase()).url]);

const ENTRIES = 10;

describe.each(databases)('given a log of ten entries on %s', (_name, databaseUrl) => {
  let database: Database;
  let reader: AuditReader;
  let worker: CheckpointWorker;
  let other: { readonly worker: CheckpointWorker; readonly file: CheckpointFile; readonly errors: string[] };
  const clock = fakeClock(Date.parse('2026-11-23T12:00:00Z'));
  const registry = new Registry();

  const sql = (text: string, parameters: unknown[] = []): Promise<unknown> =>
    database.transactions.run((manager) => manager.query(text, parameters));
  const append = async (index: number) => {
    const event = {
      action: index % 2 === 0 ? ('kill.press' as const) : ('key.create' as const),
      actor: `key:abc/${index < 5 ? 'ada' : 'bo'}@acme.example`,
      reason: `reason 100% number_${index}`,
      subject: { index },
      ...{ before: null, after: { index } },
      ...(index === 3 ? { environments: ['production'], commit: 'c0ffee'.repeat(6), requestId: 'r-3' } : {}),
    };
    clock.advance(1000);
    await database.transactions.run((manager) => new DatabaseAudit(clock).append(manager, event));
  };

  beforeAll(async () => {
    database = await openStore(await databaseUrl());
    const signer = new CheckpointSigner(Buffer.alloc(32, 7));
    const file = new CheckpointFile(await temporaryFolder());
    const { transactions } = database;
    reader = new AuditReader({ transactions, judge: judgeWith([signer.publicKey]), file });
    worker = new CheckpointWorker({
      signer,
      file,
      transactions,
      clock,
      log: SILENT_LOG,
      registry,
    });
    const errors: string[] = [];
    const log = {
      ...SILENT_LOG,
      error: (_facts: unknown, text: string) => void errors.push(text),
    } as typeof SILENT_LOG;
    const otherFile = new CheckpointFile(await temporaryFolder());
    other = {
      worker: new CheckpointWorker({
        signer,
        file: otherFile,
        transactions,
        clock,
        log,
        registry: new Registry(),
      }),
      file: otherFile,
      errors,
    };
    for (let index = 0; index < 6; index += 1) await append(index);
    await worker.sign();
    await worker.sign();
    for (let index = 6; index < ENTRIES; index += 1) await append(index);
    await worker.sign();
    await other.worker.sign();
    // What a trigger refuses to everybody, the owner of the database can do all the same.
    await sql('ALTER TABLE audit_entries DISABLE TRIGGER ALL');
    await sql('ALTER TABLE audit_checkpoints DISABLE TRIGGER ALL');
  });
  afterAll(() => database.close());

  /** What verifying says while the database is changed like this; everything is as before afterwards. */
  async function withDamage(...statements: string[]): Promise<unknown> {
    await sql('CREATE TABLE saved AS SELECT sequence, at, body, previous_hash, hash FROM audit_entries');
    await sql('CREATE TABLE saved_head AS SELECT sequence, hash FROM audit_head');
    await sql('CREATE TABLE saved_checkpoints AS SELECT * FROM audit_checkpoints');
    for (const statement of statements) await sql(statement);
    await other.worker.sign();
    const verdict = await reader.verify();
    await sql('DELETE FROM audit_entries');
    await sql('INSERT INTO audit_entries SELECT * FROM saved');
    await sql('DELETE FROM audit_head');
    await sql('INSERT INTO audit_head (sequence, hash) SELECT sequence, hash FROM saved_head');
    await sql('DELETE FROM audit_checkpoints');
    await sql('INSERT INTO audit_checkpoints SELECT * FROM saved_checkpoints');
    for (const name of ['saved', 'saved_head', 'saved_checkpoints']) await sql(`DROP TABLE ${name}`);
    return verdict;
  }

  it('finds it whole, and says how far signed checkpoints vouch for it', async () => {
    const verdict = await reader.verify();
    expect(verdict).toMatchObject({
      ok: true,
      head: { sequence: ENTRIES },
      checkpoints: { proven: 2, upTo: ENTRIES, unknownKey: 0 },
    });
  });

  const swapped = (column: string) =>
    `UPDATE audit_entries a SET ${column} = b.${column} FROM audit_entries b
     WHERE (a.sequence = 4 AND b.sequence = 7) OR (a.sequence = 7 AND b.sequence = 4)`;

  it.each([
    [
      'an entry that was edited',
      ["UPDATE audit_entries SET body = replace(body, 'ada', 'eve') WHERE sequence = 4"],
      4,
    ],
    [
      'an entry whose state before was edited',
      [`UPDATE audit_entries SET body = replace(body, '"before":null', '"before":1') WHERE sequence = 5`],
      5,
    ],
    [
      'an entry whose actor was taken apart otherwise',
      [`UPDATE audit_entries SET body = replace(body, '"kind":"key"', '"kind":"system"') WHERE sequence = 6`],
      6,
    ],
    ['an entry that was taken out', ['DELETE FROM audit_entries WHERE sequence = 4'], 4],
    ['two entries that were swapped', ['body', 'hash', 'previous_hash'].map(swapped), 4],
    [
      'an entry that was put in',
      [
        'UPDATE audit_entries SET sequence = sequence + 100 WHERE sequence > 4',
        'INSERT INTO audit_entries SELECT 5, at, body, previous_hash, hash FROM audit_entries WHERE sequence = 4',
        'UPDATE audit_entries SET sequence = sequence - 99 WHERE sequence > 100',
      ],
      5,
    ],
    [
      'an entry that was put behind the end',
      [
        'INSERT INTO audit_entries SELECT 11, at, body, previous_hash, hash FROM audit_entries WHERE sequence = 4',
      ],
      11,
    ],
    ['an end that was cut off', ['DELETE FROM audit_entries WHERE sequence > 8'], 9],
    ['a time that was moved', ["UPDATE audit_entries SET at = at + interval '1 hour' WHERE sequence = 4"], 4],
    ['a head row that was taken out', ['DELETE FROM audit_head'], 1],
    ['a head that names another hash', ["UPDATE audit_head SET hash = repeat('a', 64)"], 11],
  ])('names %s', async (_what, statements, sequence) => {
    expect(await withDamage(...statements)).toMatchObject({ ok: false, sequence });
  });

  it('tells for how long the end has not been known to be signed, as long as it cannot be', async () => {
    const age = async () => {
      const told = await registry.getSingleMetric('guidon_audit_checkpoint_age_seconds')?.get();
      return told?.values[0]?.value;
    };
    await worker.sign();
    expect(await age()).toBe(0);
    await sql('ALTER TABLE audit_head RENAME TO audit_head_away');
    clock.advance(700_000);
    await worker.sign();
    expect(await age()).toBe(700);
    await sql('ALTER TABLE audit_head_away RENAME TO audit_head');
    await worker.sign();
    expect(await age()).toBe(0);
  });

  it('names an end that was cut off together with the head row and the checkpoints, from the file', async () => {
    const verdict = await withDamage(
      'DELETE FROM audit_entries WHERE sequence > 8',
      `UPDATE audit_head SET sequence = 8, hash = (SELECT hash FROM audit_entries WHERE sequence = 8)`,
      'DELETE FROM audit_checkpoints WHERE sequence > 8',
    );
    expect(verdict).toMatchObject({
      ok: false,
      sequence: 10,
      reason: expect.stringContaining('It is missing'),
    });
  });

  it('keeps what a server signed in its own file, also where another was quicker', () => {
    expect(other.file.read().map(({ sequence }) => sequence)).toEqual([ENTRIES]);
  });

  it('says by itself that a log has shrunk or was written anew since it was signed', async () => {
    other.errors.length = 0;
    await other.worker.sign();
    expect(other.errors).toEqual([]);
    await withDamage('DELETE FROM audit_entries WHERE sequence > 8', 'UPDATE audit_head SET sequence = 8');
    expect(other.errors).toEqual([expect.stringContaining('run guidon audit verify')]);
  });

  it('names where a log was forged anew with every hash, between two checkpoints', async () => {
    const { links } = (await reader.stretches().next()).value as {
      links: { sequence: number; hash: string; body: string }[];
    };
    let head = links[6]!;
    const statements: string[] = [];
    for (const link of links.slice(7)) {
      const {
        sequence: _sequence,
        previous: _previous,
        ...entry
      } = JSON.parse(link.body) as Record<string, unknown>;
      const forged = linkEntry(head, { ...entry, actor: 'nobody' }, CHAIN_FUNCTIONS);
      head = forged;
      statements.push(
        `UPDATE audit_entries SET body = '${forged.body}', previous_hash = '${forged.previousHash}', hash = '${forged.hash}' WHERE sequence = ${forged.sequence}`,
      );
    }
    statements.push(`UPDATE audit_head SET hash = '${head.hash}'`);
    expect(await withDamage(...statements)).toMatchObject({
      ok: false,
      sequence: 7,
      reason: expect.stringContaining('up to 10 was rewritten'),
    });
  });

  it('names a checkpoint with a forged signature', async () => {
    const statement = "UPDATE audit_checkpoints SET signature = repeat('A', 86) || '==' WHERE sequence = 6";
    expect(await withDamage(statement)).toMatchObject({ ok: false, sequence: 6 });
  });

  const found = async (search: object) =>
    (await reader.page(search, { before: Number.MAX_SAFE_INTEGER, limit: 100 })).map(
      ({ sequence }) => sequence,
    );

  it('goes on from entries of before there were such fields, and verifies both', async () => {
    const old = await openStore(await databaseUrl());
    const file = new CheckpointFile(await temporaryFolder());
    const verify = () =>
      new AuditReader({ transactions: old.transactions, judge: () => 'good', file }).verify();
    const at = new Date(clock.nowMs());
    const entry = {
      action: 'probe.act',
      actor: 'key:abc/ada',
      reason: 'r',
      subject: {},
      at: at.toISOString(),
    };
    const { sequence, body, previousHash, hash } = linkEntry(EMPTY_CHAIN, entry, CHAIN_FUNCTIONS);
    await old.transactions.run(async (manager) => {
      const row = [sequence, at, body, previousHash, hash];
      await manager.query('INSERT INTO audit_entries VALUES ($1, $2, $3, $4, $5)', row);
      await manager.query('UPDATE audit_head SET sequence = $1, hash = $2', [sequence, hash]);
      const event = { action: 'sync.run', actor: 'key:abc/ada', reason: 'r', subject: {} } as const;
      await new DatabaseAudit(clock).append(manager, { ...event, before: null, after: null });
    });
    expect(await verify()).toMatchObject({ ok: true, head: { sequence: 2 } });
    const rows = await old.transactions.run((manager) =>
      manager.query('SELECT body FROM audit_entries ORDER BY sequence'),
    );
    expect(rows[0].body).toBe(body);
    expect(JSON.parse(rows[1].body)).toMatchObject({ version: 2, previous: hash, who: { key: 'abc' } });
    await old.close();
  });

  it('finds entries by any field, with what people write taken literally', async () => {
    expect(await found({ action: 'kill.press', actor: 'ADA' })).toEqual([5, 3, 1]);
    expect(await found({ action: 'key' })).toEqual([10, 8, 6, 4, 2]);
    expect(await found({ environment: 'production' })).toEqual([4]);
    expect(await found({ commit: 'c0ffee', requestId: 'r-3' })).toEqual([4]);
    expect(await found({ reason: '100% number_7' })).toEqual([8]);
    expect(await found({ reason: '1%7' })).toEqual([]);
    expect(await found({ text: '"index":9' })).toEqual([10]);
    expect(await found({ since: '2026-11-23T12:00:09Z', until: '2026-11-23T12:00:10Z' })).toEqual([9]);
    expect(await found({ text: "'; DROP TABLE audit_entries; --" })).toEqual([]);
  });
});
