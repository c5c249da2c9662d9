// `npm run bench:audit`: how long verifying a log takes, as it grows, beside hashing the same texts and nothing else.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditReader, CHAIN_FUNCTIONS } from '../../apps/server/dist/audit/index.js';
import { openDatabase, SILENT_LOG, SystemClock } from '../../apps/server/dist/kernel/index.js';
import { EMPTY_CHAIN, linkEntry } from '../../libs/policy/dist/audit-chain/index.js';

const LENGTHS = [10_000, 100_000];
const ROUNDS = 3;
const BATCH = 2_000;

const dataDir = mkdtempSync(join(tmpdir(), 'guidon-bench-audit-'));
const database = await openDatabase({
  config: { dataDir, production: false },
  entities: [],
  clock: new SystemClock(),
  log: SILENT_LOG,
});
const reader = new AuditReader({
  transactions: database.transactions,
  judge: () => 'unknown-key',
  file: { read: () => [] },
});

const results = [];
let head = EMPTY_CHAIN;
for (const length of LENGTHS) {
  await grow(length);
  const verify = [];
  const floor = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    verify.push(await timed(() => reader.verify()));
    floor.push(await timed(() => hashAll(length)));
  }
  results.push({ entries: length, verifyMs: median(verify), hashingMs: median(floor) });
}
await database.close();
rmSync(dataDir, { recursive: true, force: true });

if (process.argv.includes('--json')) console.log(JSON.stringify({ results }, null, 2));
else {
  console.log('Verifying the audit log, embedded database, medians of three rounds:');
  for (const { entries, verifyMs, hashingMs } of results)
    console.log(
      `  ${String(entries).padStart(7)} entries  ${verifyMs.toFixed(0).padStart(6)} ms   hashing alone ${hashingMs.toFixed(0)} ms`,
    );
}

/** Entries such as the product writes, appended in batches; the chain is the real one. */
async function grow(length) {
  while (head.sequence < length) {
    const rows = { sequence: [], at: [], body: [], previous: [], hash: [] };
    while (rows.sequence.length < BATCH && head.sequence < length) {
      const link = linkEntry(head, entryOf(head.sequence), CHAIN_FUNCTIONS);
      rows.sequence.push(link.sequence);
      rows.at.push(JSON.parse(link.body).at);
      rows.body.push(link.body);
      rows.previous.push(link.previousHash);
      rows.hash.push(link.hash);
      head = link;
    }
    await database.transactions.run(async (manager) => {
      await manager.query(
        `INSERT INTO audit_entries (sequence, at, body, previous_hash, hash)
         SELECT * FROM unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::text[], $5::text[])`,
        Object.values(rows),
      );
      await manager.query('UPDATE audit_head SET sequence = $1, hash = $2', [head.sequence, head.hash]);
    });
  }
}

function entryOf(index) {
  return {
    action: 'kill.press',
    actor: `key:abc123defg/person${index % 50}@acme.example`,
    reason: 'payments fail since 14:05, cause unknown',
    subject: {
      kill: `01JD8Z5N3V6M2QK8W4T7R${index}`,
      scope: { flag: `flag-${index % 1000}` },
      flags: { production: 1 },
    },
    environments: ['production'],
    requestId: '6f0c1d52-3b7e-4c6a-9a51-0f8f4f6d2b90',
    sourceAddress: '127.0.0.1',
    at: new Date(1_795_000_000_000 + index * 1000).toISOString(),
  };
}

async function hashAll(length) {
  const text = 'x'.repeat(620);
  for (let index = 0; index < length; index += 1) createHash('sha256').update(text).digest('hex');
}

async function timed(work) {
  const started = performance.now();
  const verdict = await work();
  if (verdict !== undefined && !verdict.ok) throw new Error(JSON.stringify(verdict));
  return performance.now() - started;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
