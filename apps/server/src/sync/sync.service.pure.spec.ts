import { fakeClock } from '@guidon/testkit';
import { describe, expect, it } from '@jest/globals';
import type { RevisionRecord } from '../catalog/index.js';
import { DomainError } from '../kernel/problem/index.js';
import { LONGEST_WAIT_MS, SyncService } from './sync.service.js';
import type { SyncBoard, SyncNews } from './sync-board.js';

const gone = new DomainError('database-unavailable', { detail: 'Nothing was changed.' });
const lost = new DomainError('leader-unavailable', { detail: 'Another server leads by now.' });

const accepted = 'a'.repeat(40);

function given({ leads = false, run = async () => {}, someoneLeads = true, newest = '' } = {}) {
  const clock = fakeClock();
  const news = new Set<() => void>();
  const state = { away: false, refreshed: 0 };
  let row: SyncNews = {
    ...{ wanted: 0, done: 0, branch: 'main', head: 'c'.repeat(40) },
    ...{ lastSyncAtMs: clock.nowMs(), failure: undefined },
  };
  const board: SyncBoard = {
    want: async () => {
      row = { ...row, wanted: row.wanted + 1 };
      return row.wanted;
    },
    wantIn: () => board.want(),
    read: async () => {
      if (state.away) throw gone;
      return row;
    },
    report: async () => {},
    onNews: (listener) => {
      news.add(listener);
      return () => news.delete(listener);
    },
  };
  const change = (changes: Partial<SyncNews>, heard = true) => {
    row = { ...row, ...changes };
    if (heard) for (const listener of [...news]) listener();
  };
  const service = new SyncService({
    catalog: {
      newest: () => ({
        lineage: 'l',
        revisionId: 0,
        findings: [],
        record: newest === '' ? undefined : recordOf(newest),
      }),
      refresh: async () => {
        state.refreshed += 1;
      },
    },
    live: { environments: () => [], removedEnvironments: () => [], snapshot: () => undefined } as never,
    clock,
    board,
    leadership: {
      isLeader: () => leads,
      leader: () => (someoneLeads ? { holder: 'one', epoch: 1, here: leads } : undefined),
    },
    runner: { run } as never,
    acceptances: { accept: async () => ({ commit: accepted, state: 'held' }) as RevisionRecord },
    sourceName: 'https://git.acme.example/shop.git',
  });
  return { service, clock, state, change, news, row: () => row };
}

function recordOf(commit: string) {
  return { commit, state: 'accepted' } as RevisionRecord;
}

/** How it ended, or `undefined` while it has not. */
function watch(work: Promise<void>): { outcome: unknown } {
  const seen: { outcome: unknown } = { outcome: undefined };
  void work.then(
    () => {
      seen.outcome = 'done';
    },
    (error: unknown) => {
      seen.outcome = error;
    },
  );
  return seen;
}

describe('SyncService', () => {
  it('runs by itself while this server leads, without asking anybody', async () => {
    let runs = 0;
    const { service, row } = given({
      leads: true,
      run: async () => {
        runs += 1;
      },
    });
    await service.sync();
    expect([runs, row().wanted]).toEqual([1, 0]);
  });

  it('waits for a run that began after the question, and then serves its outcome', async () => {
    const { service, clock, change, state, news } = given();
    change({ wanted: 4, done: 3 });
    const seen = watch(service.sync());
    await clock.advanceAsync(500);
    change({ done: 4 });
    await clock.advanceAsync(0);
    expect([seen.outcome, state.refreshed]).toEqual([undefined, 0]);
    change({ done: 5 });
    await clock.advanceAsync(0);
    expect([seen.outcome, state.refreshed]).toEqual(['done', 1]);
    expect([news.size, clock.pending()]).toEqual([0, 0]);
  });

  it('notices within a second when the signal was lost', async () => {
    const { service, clock, change } = given();
    const seen = watch(service.sync());
    await clock.advanceAsync(100);
    change({ done: 1 }, false);
    await clock.advanceAsync(900);
    expect(seen.outcome).toBe('done');
  });

  it('fails as the run failed that served the question', async () => {
    const { service, clock, change } = given();
    const seen = watch(service.sync());
    const failure = {
      code: 'git-unreachable',
      detail: 'It is away.',
      sentence: 'unreachable: away',
    } as const;
    change({ done: 1, failure });
    await clock.advanceAsync(1_000);
    expect(seen.outcome).toMatchObject({ code: 'git-unreachable', params: { detail: 'It is away.' } });
  });

  it('leaves it to whoever leads now when the lead is lost in the middle, and passes other failures on', async () => {
    const losing = given({ leads: true, run: () => Promise.reject(lost) });
    const seen = watch(losing.service.sync());
    await losing.clock.advanceAsync(1_000);
    expect([seen.outcome, losing.row().wanted]).toEqual([undefined, 1]);
    losing.change({ done: 1 });
    await losing.clock.advanceAsync(0);
    expect(seen.outcome).toBe('done');
    const failing = given({ leads: true, run: () => Promise.reject(gone) });
    await expect(failing.service.sync()).rejects.toBe(gone);
  });

  it.each([
    [false, /no server leads/],
    [true, /has not finished/],
  ])('gives up after a minute with a clear sentence (somebody leads: %s)', async (someoneLeads, sentence) => {
    const { service, clock, row, news } = given({ someoneLeads });
    const seen = watch(service.sync());
    await clock.advanceAsync(LONGEST_WAIT_MS - 1_000);
    expect(seen.outcome).toBeUndefined();
    await clock.advanceAsync(2_000);
    expect(seen.outcome).toMatchObject({
      code: 'leader-unavailable',
      params: { detail: expect.stringMatching(sentence), retryAfterSeconds: 5 },
    });
    expect([row().wanted, row().done, news.size, clock.pending()]).toEqual([1, 0, 0, 0]);
  });

  const order = { commit: accepted, actor: 'ada', reason: 'I read it', requestId: 'r-1' };

  it('answers an acceptance with how the commit was judged after it', async () => {
    const { service } = given({ leads: true, newest: accepted });
    expect(await service.accept(order)).toMatchObject({ commit: accepted, state: 'accepted' });
  });

  it('refuses an acceptance when the run found a newer commit, which nobody has accepted', async () => {
    const { service } = given({ leads: true, newest: 'b'.repeat(40) });
    await expect(service.accept(order)).rejects.toMatchObject({
      code: 'revision-not-held',
      params: { detail: expect.stringMatching(/^bbbbbbbbbbbb came after aaaaaaaaaaaa/) },
    });
  });

  it('tells what was known last when the board cannot be read, and that it cannot', async () => {
    const { service, state } = given();
    const before = await service.status();
    expect(before).toMatchObject({ branch: 'main', head: 'c'.repeat(40) });
    expect(before).not.toHaveProperty('lastError');
    state.away = true;
    expect(await service.status()).toEqual({ ...before, lastError: 'Nothing was changed.' });
  });
});
