import { fakeClock } from '@guidon/testkit';
import { describe, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { SILENT_LOG } from '../log/index.js';
import type { Lease, LeaseAnswer, LeaseRequest, LeaseTerm } from './database-lease.js';
import { LeaseLeadership } from './lease-leadership.js';

/** The lease row in memory, with the rules of the real one and the fake clock as the database's. */
class FakeLease implements Lease {
  holder: string | undefined;
  epoch = 0;
  endsAtMs = 0;
  asked = 0;
  away = false;
  /** Holds answers back until it resolves. */
  slow: Promise<void> = Promise.resolve();
  private readonly listeners = new Set<() => void>();

  constructor(private readonly nowMs: () => number) {}

  async ask({ holder, epoch, leaseMs }: LeaseRequest): Promise<LeaseAnswer> {
    this.asked += 1;
    const free = this.holder === undefined || this.holder === holder || this.endsAtMs <= this.nowMs();
    if (!this.away && free) {
      if (this.holder !== holder || this.epoch !== epoch) this.epoch += 1;
      this.holder = holder;
      this.endsAtMs = this.nowMs() + leaseMs;
    }
    const answer = this.away ? undefined : await this.look();
    await this.slow;
    if (answer === undefined) throw new Error('away');
    return this.holder === holder ? { kind: 'held', epoch: this.epoch } : answer;
  }

  async look(): Promise<LeaseAnswer> {
    const term = this.holder === undefined ? undefined : { holder: this.holder, epoch: this.epoch };
    return { kind: 'elsewhere', term, remainingMs: Math.max(0, this.endsAtMs - this.nowMs()) };
  }

  async release({ holder, epoch }: LeaseTerm): Promise<void> {
    if (this.holder !== holder || this.epoch !== epoch) return;
    this.holder = undefined;
    for (const listener of this.listeners) listener();
  }

  async isHeldIn(_: EntityManager, { holder, epoch }: LeaseTerm): Promise<boolean> {
    return this.holder === holder && this.epoch === epoch;
  }

  onRelease(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

const MANAGER = {} as EntityManager;

function given() {
  const clock = fakeClock();
  const lease = new FakeLease(clock.nowMs);
  const candidate = (holder: string, isCandidate = true) => {
    const said: string[] = [];
    const log = { ...SILENT_LOG, warn: (_: object, message: string) => void said.push(message) };
    const server = new LeaseLeadership({ lease, clock, log, holder, candidate: isCandidate });
    const changes: boolean[] = [];
    server.onChange((leads) => changes.push(leads));
    return { server, changes, said };
  };
  return { clock, lease, candidate };
}

describe('LeaseLeadership', () => {
  it('leads from the first question on and renews every three seconds under the same epoch', async () => {
    const { clock, lease, candidate } = given();
    const { server, changes } = candidate('one');
    expect(server.isLeader()).toBe(false);
    await server.start();
    expect(server.leader()).toEqual({ holder: 'one', epoch: 1, here: true });
    await clock.advanceAsync(60_000);
    expect(lease.asked).toBe(21);
    expect([server.isLeader(), server.epoch(), changes]).toEqual([true, 1, [true]]);
    await server.stop();
    expect(clock.pending()).toBe(0);
  });

  it('waits while another leads and takes over when that lease has run out', async () => {
    const { clock, lease, candidate } = given();
    lease.holder = 'dead';
    lease.epoch = 7;
    lease.endsAtMs = clock.nowMs() + 10_000;
    const { server, changes } = candidate('two');
    await server.start();
    expect(server.leader()).toEqual({ holder: 'dead', epoch: 7, here: false });
    await clock.advanceAsync(9_900);
    expect(server.isLeader()).toBe(false);
    await clock.advanceAsync(200);
    expect([server.epoch(), changes]).toEqual([8, [true]]);
    await server.stop();
  });

  it('steps down a second before the database would let another in, when it cannot renew', async () => {
    const { clock, lease, candidate } = given();
    const { server, changes, said } = candidate('one');
    await server.start();
    const takenAtMs = clock.nowMs();
    lease.away = true;
    await clock.advanceAsync(8_999);
    expect(server.isLeader()).toBe(true);
    await clock.advanceAsync(1);
    expect([server.isLeader(), server.epoch(), changes]).toEqual([false, undefined, [true, false]]);
    expect(clock.nowMs()).toBeLessThan(takenAtMs + 10_000);
    expect(said).toHaveLength(1);
    lease.away = false;
    await clock.advanceAsync(1_000);
    expect([server.isLeader(), changes]).toEqual([true, [true, false, true]]);
    await server.stop();
  });

  it('counts the lease from before it asked, so an answer that took too long gives no lead', async () => {
    const { clock, lease, candidate } = given();
    let answer: () => void = () => undefined;
    lease.slow = new Promise((resolve) => {
      answer = resolve;
    });
    const { server, changes } = candidate('one');
    const started = server.start();
    await clock.advanceAsync(9_000);
    answer();
    await started;
    expect([server.isLeader(), changes]).toEqual([false, []]);
    await clock.advanceAsync(3_000);
    expect(server.isLeader()).toBe(true);
    await server.stop();
  });

  it('gives the lease back, and whoever waits leads at once', async () => {
    const { clock, candidate } = given();
    const first = candidate('one');
    const second = candidate('two');
    await first.server.start();
    await second.server.start();
    await first.server.stop();
    await clock.advanceAsync(0);
    expect([first.server.isLeader(), second.server.epoch()]).toEqual([false, 2]);
    expect(first.changes).toEqual([true, false]);
    await second.server.stop();
    expect(clock.pending()).toBe(0);
  });

  it('does not lead by an answer that comes after it left', async () => {
    const { clock, lease, candidate } = given();
    let answer: () => void = () => undefined;
    lease.slow = new Promise((resolve) => {
      answer = resolve;
    });
    const { server, changes } = candidate('one');
    void server.start();
    const stopped = server.stop();
    await clock.advanceAsync(1_000);
    await stopped;
    answer();
    await clock.advanceAsync(30_000);
    expect([server.isLeader(), changes, clock.pending()]).toEqual([false, [], 0]);
  });

  it('refuses a transaction when somebody else leads by now, whatever this process believes', async () => {
    const { lease, candidate } = given();
    const { server } = candidate('one');
    await expect(server.assertIn(MANAGER)).rejects.toMatchObject({ code: 'leader-unavailable' });
    await server.start();
    await expect(server.assertIn(MANAGER)).resolves.toBeUndefined();
    lease.holder = 'two';
    lease.epoch = 2;
    expect(server.isLeader()).toBe(true);
    await expect(server.assertIn(MANAGER)).rejects.toMatchObject({ code: 'leader-unavailable' });
    await server.stop();
    expect(lease.holder).toBe('two');
  });

  it('only looks who leads when it is no candidate', async () => {
    const { clock, lease, candidate } = given();
    const { server } = candidate('serve', false);
    await server.start();
    await clock.advanceAsync(30_000);
    expect([lease.asked, server.isLeader(), server.leader()]).toEqual([0, false, undefined]);
    lease.holder = 'one';
    lease.epoch = 3;
    await clock.advanceAsync(3_000);
    expect(server.leader()).toEqual({ holder: 'one', epoch: 3, here: false });
    await server.stop();
  });

  it('goes on leading when a listener fails', async () => {
    const { candidate } = given();
    const { server } = candidate('one');
    server.onChange(() => {
      throw new Error('a bug');
    });
    await server.start();
    expect(server.isLeader()).toBe(true);
    await server.stop();
  });
});
