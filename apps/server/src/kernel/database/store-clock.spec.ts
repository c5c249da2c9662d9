import { fakeClock, startPostgres, type TestPostgres } from '@guidon/testkit';
import { describe, expect, it, jest } from '@jest/globals';
import { openStore } from '../../../test/store-kit.js';
import { storeClock } from './store-clock.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const FAR_OFF_MS = Date.parse('2001-01-01T00:00:00Z');
const clock = fakeClock(FAR_OFF_MS);

it('is the clock of the process where the database runs in it', async () => {
  const database = await openStore(undefined);
  expect(await storeClock(database, clock)()).toBe(FAR_OFF_MS);
  await database.close();
});

const postgres: TestPostgres | undefined = await startPostgres();

(postgres === undefined ? describe.skip : describe)('given PostgreSQL', () => {
  it("is the database's clock, whatever the process believes", async () => {
    const database = await openStore((await (postgres as TestPostgres).createDatabase()).url);
    const beforeMs = Date.now();
    const nowMs = await storeClock(database, clock)();
    await database.close();
    // Both run on this machine; another server's clock may be anywhere.
    expect(nowMs).toBeGreaterThanOrEqual(beforeMs - 1);
    expect(nowMs).toBeLessThanOrEqual(Date.now() + 1);
  });
});
