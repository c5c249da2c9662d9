import { describe, expect, it } from '@jest/globals';
import { bodyOf, createIo, json, type Sent } from '../../test/create-io.js';
import { runCli } from '../run-cli.js';

const ID = 'msg_01JD8Z5N3V6M2QK8W4T7R9XYAB';
const delivery = (state: string, attempts: number, more: object = {}) => ({
  ...{ receiver: '3f2a9c11aa01', state, attempts, ...more },
});

function serving(looks: readonly object[]) {
  const left = [...looks];
  return ({ method }: Sent) =>
    method === 'POST'
      ? json({ id: ID, receivers: ['3f2a9c11aa01'] })
      : json({ notification: { id: ID }, deliveries: [left.length > 1 ? left.shift() : left[0]] });
}

describe('guidon notify test', () => {
  const args = ['notify', 'test', '--reason', 'new receiver'];

  it('waits until it was tried, and says what became of it', async () => {
    const io = createIo(args, { serve: serving([delivery('waiting', 0), delivery('delivered', 1)]) });
    expect(await runCli(io)).toBe(0);
    expect(bodyOf(io)).toEqual({ reason: 'new receiver' });
    expect(io.pausesMs).toEqual([500]);
    expect(io.written.out).toContain('3f2a9c11aa01: delivered after 1 attempt\n');
  });

  it('ends with 1 where a receiver does not take it', async () => {
    const io = createIo(args, { serve: serving([delivery('waiting', 1, { failure: 'answered 500' })]) });
    expect(await runCli(io)).toBe(1);
    expect(io.written.out).toContain('3f2a9c11aa01: not delivered after 1 attempt: answered 500\n');
    expect(io.written.err).toContain('The server goes on trying');
  });

  it('waits no longer than a quarter of a minute', async () => {
    const io = createIo(args, { serve: serving([delivery('waiting', 0)]) });
    expect(await runCli(io)).toBe(1);
    expect(io.pausesMs).toHaveLength(29);
  });
});

describe('guidon notify status', () => {
  it('names receivers and what was given up', async () => {
    const receivers = [{ id: '3f2a9c11aa01', waiting: 1, dead: 1, oldestWaitingAt: '2026-11-23T11:00:00Z' }];
    const dead = [
      {
        ...delivery('dead', 12, { endedAt: '2026-11-23T11:50:00Z', failure: 'answered 500, 12 times' }),
        ...{ id: ID, sentence: 'The kill K1 was revived.' },
      },
    ];
    const io = createIo(['notify', 'status'], { serve: () => json({ receivers, dead }) });
    expect(await runCli(io)).toBe(0);
    expect(io.written.out).toContain(
      'no longer configured (3f2a9c11aa01): nothing delivered yet, 1 waiting, the oldest for 60 min, 1 given up\n',
    );
    expect(io.written.out).toContain(
      '10 min ago, 3f2a9c11aa01: The kill K1 was revived. (answered 500, 12 times)\n',
    );
  });

  it('says how to begin where nobody is notified', async () => {
    const io = createIo(['notify', 'status'], { serve: () => json({ receivers: [], dead: [] }) });
    await runCli(io);
    expect(io.written.out).toContain('GUIDON_NOTIFY_URL');
  });
});
