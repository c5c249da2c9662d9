import { startPostgres } from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { openQuickStore } from '../../../test/store-kit.js';
import { SystemClock } from '../clock/index.js';
import type { Database } from '../database/index.js';
import { Idempotency } from './idempotency.js';
import { OnceOnly } from './once-only.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

let database: Database;
let once: OnceOnly;

beforeAll(async () => {
  database = await openQuickStore(await startPostgres());
  once = new OnceOnly(database.transactions, new Idempotency(new SystemClock()));
});

afterAll(() => database.close());

let lastKey = 0;
const aRequest = (key: string | undefined = `key-${++lastKey}`) => ({
  ...{ caller: 'ada1', key, operation: 'POST /api/v1/things', body: { reason: 'why' } },
});

describe('OnceOnly', () => {
  it('makes a change again and again for requests without a key', async () => {
    let changes = 0;
    const change = () =>
      once.answer({ ...aRequest(), key: undefined }, (one) =>
        database.transactions.run((manager) => one.in(manager, async () => ++changes)),
      );
    expect([await change(), await change()]).toEqual([1, 2]);
  });

  it('goes on after a change whose answer was lost, without making it again', async () => {
    const request = aRequest();
    const done: string[] = [];
    const act = (answer: () => string) =>
      once.answer(request, async (one) => {
        await database.transactions.run((manager) => one.begin(manager, async () => done.push('changed')));
        done.push('went on');
        return answer();
      });
    const lost = () => {
      throw new Error('the process was killed here');
    };
    await expect(act(lost)).rejects.toThrow('killed');
    expect(await act(() => 'first answer')).toBe('first answer');
    expect(await act(() => 'second answer')).toBe('first answer');
    expect(done).toEqual(['changed', 'went on', 'went on']);
  });

  it('gives the same request side by side the answer of the one that was quicker', async () => {
    const request = aRequest();
    let changes = 0;
    const act = () =>
      once.answer(request, async (one) => {
        if (changes > 0) throw new Error('there is nothing left to do');
        return database.transactions.run((manager) =>
          one.in(manager, async () => {
            changes += 1;
            return { changes };
          }),
        );
      });
    let quicker: unknown;
    const slower = once.answer(request, async () => {
      quicker = await act();
      throw new Error('there is nothing left to do');
    });
    expect([await slower, quicker, changes]).toEqual([{ changes: 1 }, { changes: 1 }, 1]);
  });

  it('keeps no refusal, so that the same request may come again', async () => {
    const request = aRequest();
    const refuse = () => Promise.reject(new Error('not now'));
    await expect(once.answer(request, refuse)).rejects.toThrow('not now');
    expect(await once.answer(request, async () => 'now')).toBe('now');
  });

  it('refuses a key that came with another request, also where the answer is not known yet', async () => {
    const request = aRequest();
    await expect(
      once.answer(request, async (one) => {
        await database.transactions.run((manager) => one.begin(manager, async () => undefined));
        throw new Error('cut off');
      }),
    ).rejects.toThrow('cut off');
    const other = once.answer({ ...request, body: { reason: 'another' } }, async () => 'never');
    await expect(other).rejects.toMatchObject({ code: 'idempotency-conflict' });
  });
});
