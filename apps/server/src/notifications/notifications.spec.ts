import { createHmac } from 'node:crypto';
import { fakeClock, startPostgres, type TestPostgres } from '@guidon/testkit';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Registry } from 'prom-client';
import { monotonicFactory } from 'ulid';
import { type Receiver, startReceiver, takes } from '../../test/receiver.js';
import { openStore } from '../../test/store-kit.js';
import { type AuditEvent, AuditFollowers, DatabaseAudit } from '../audit/index.js';
import type { Database } from '../kernel/database/index.js';
import { SILENT_LOG } from '../kernel/log/index.js';
import { DeliveryBoard } from './delivery-board.js';
import { NotificationMetrics } from './notification-metrics.js';
import { targetsOf } from './notify-target.js';
import { Outbox } from './outbox.js';
import { postWebhook } from './post-webhook.js';
import { Sender } from './sender.js';

jest.setTimeout(60_000);

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const PRESS: AuditEvent = {
  action: 'kill.press',
  actor: 'key:abc/ada@acme.example',
  reason: 'checkout fails',
  subject: { kill: 'K1', scope: { flag: 'new-checkout' }, flags: { production: 1 } },
  environments: ['production'],
  before: { standing: false, generations: { production: 1 } },
  after: { standing: true, kill: 'K1', serves: { production: { 'new-checkout': 'off' } } },
};

const postgres: TestPostgres | undefined = await startPostgres();

let database: Database;
let clock: ReturnType<typeof fakeClock>;
let one: Receiver;
let two: Receiver;
let leads: boolean;

function assemble(receivers: readonly Receiver[], timeoutMs = 5_000) {
  const file = receivers.map(({ url }) => `${url} ${SECRET}`).join('\n');
  const targets = targetsOf({ secrets: [] }, file);
  const registry = new Registry();
  const metrics = new NotificationMetrics(registry);
  const { transactions } = database;
  const outbox = new Outbox({
    ...{ targets, clock, log: SILENT_LOG, makeId: monotonicFactory() },
    countUntold: () => metrics.untold.inc(),
  });
  const followers = new AuditFollowers();
  followers.follow((manager, entry) => outbox.follow(manager, entry));
  const audit = new DatabaseAudit(clock, followers);
  const sender = new Sender({
    ...{ targets, transactions, clock, log: SILENT_LOG, metrics, isLeader: () => leads },
    post: (target, delivery) => postWebhook(target, delivery, { nowMs: () => clock.nowMs(), timeoutMs }),
    random: () => 0.5,
  });
  const board = new DeliveryBoard(transactions, targets);
  const append = (event: AuditEvent) => transactions.run((manager) => audit.append(manager, event));
  return { outbox, sender, board, append, registry, targets };
}

beforeEach(async () => {
  database = await openStore(undefined);
  clock = fakeClock(Date.parse('2026-11-23T12:00:00Z'));
  one = await startReceiver();
  two = await startReceiver();
  leads = true;
});
afterEach(async () => {
  await Promise.all([one.close(), two.close()]);
  await database.close();
});

const sentences = (receiver: Receiver) => receiver.received.map(({ body }) => body.sentence);
const lift: AuditEvent = { ...PRESS, action: 'kill.revive', reason: 'mended' };

it('tells each receiver of a press, signed, in plain words', async () => {
  const { append, sender, board } = assemble([one, two]);
  await append(PRESS);
  await append({ ...PRESS, action: 'key.create' });
  await append({ ...PRESS, subject: { ...PRESS.subject, stoodAlready: true } });
  await sender.send();
  expect(one.received).toHaveLength(1);
  expect(two.received).toHaveLength(1);
  const { headers, text, body } = one.received[0]!;
  expect(body).toEqual({
    version: 1,
    id: headers['webhook-id'],
    at: '2026-11-23T12:00:00.000Z',
    kind: 'kill.press',
    sentence: 'The red button was pressed for the flag new-checkout in production.',
    environment: 'production',
    flag: 'new-checkout',
    environments: ['production'],
    flags: ['new-checkout'],
    actor: 'key:abc/ada@acme.example',
    reason: 'checkout fails',
    link: '/api/v1/red-button/K1',
  });
  const signed = `${body.id}.${headers['webhook-timestamp']}.${text}`;
  const expected = createHmac('sha256', Buffer.alloc(32, 7)).update(signed).digest('base64');
  expect(headers['webhook-signature']).toBe(`v1,${expected}`);
  expect((await board.one(body.id))?.deliveries.map(({ state }) => state)).toEqual([
    'delivered',
    'delivered',
  ]);
  await sender.send();
  expect(one.received).toHaveLength(1);
});

it('undoes what is to be told together with what it tells of, and sends only where it leads', async () => {
  const { outbox, sender } = assemble([one]);
  const news = { kind: 'rollout.pause', sentence: 'It paused.', actor: 'system:rollout', reason: 'worse' };
  const undone = database.transactions.run(async (manager) => {
    await outbox.tell(manager, news);
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  await database.transactions.run((manager) => outbox.tell(manager, news));
  leads = false;
  await sender.send();
  expect(one.received).toHaveLength(0);
  leads = true;
  await sender.send();
  expect(sentences(one)).toEqual(['It paused.']);
});

it('keeps the order for each receiver, and lets a dead one hold up nobody else', async () => {
  const { append, sender, board, targets } = assemble([one, two]);
  one.behave((reply) => void reply.destroy());
  for (const event of [PRESS, lift]) await append(event);
  await sender.send();
  expect(two.received.map(({ body }) => body.kind)).toEqual(['kill.press', 'kill.revive']);
  expect(one.received).toHaveLength(1);
  const dead = targets.find(({ url }) => url === one.url)?.id;
  expect((await board.overview()).receivers.find(({ id }) => id === dead)).toMatchObject({
    waiting: 2,
    failure: expect.stringContaining('no answer ('),
  });
  one.behave(takes);
  await sender.send();
  expect(one.received).toHaveLength(1);
  clock.advance(2_500);
  await sender.send();
  const [first, ...later] = one.received.map(({ body }) => body);
  expect(later.map(({ kind }) => kind)).toEqual(['kill.press', 'kill.revive']);
  expect(later[0]).toEqual(first);
});

it('waits as long as a receiver asks that has too much to do', async () => {
  const { append, sender } = assemble([one]);
  one.behave((reply) => void reply.writeHead(429, { 'retry-after': '60' }).end());
  await append(PRESS);
  await sender.send();
  one.behave(takes);
  clock.advance(59_000);
  await sender.send();
  expect(one.received).toHaveLength(1);
  clock.advance(1_000);
  await sender.send();
  expect(one.received).toHaveLength(2);
});

it('ends an attempt that gets no answer, and reads no answer that does not end', async () => {
  const { append, sender, board } = assemble([one, two], 200);
  one.behave(() => undefined);
  two.behave((reply) => {
    reply.writeHead(200);
    reply.write('x'.repeat(1_000));
  });
  await append(PRESS);
  await sender.send();
  const { deliveries } = (await board.one(two.received[0]!.body.id))!;
  expect(deliveries.map(({ state }) => state).sort()).toEqual(['delivered', 'waiting']);
  expect(deliveries.find(({ state }) => state === 'waiting')?.failure).toBe('no answer (timeout)');
});

it('gives up in the end, says so, and goes on with what came after', async () => {
  const { append, sender, board, registry } = assemble([one]);
  one.behave((reply, { body }) => void reply.writeHead(body.kind === 'kill.press' ? 500 : 204).end());
  await append(PRESS);
  await append(lift);
  for (let attempt = 0; attempt < 12; attempt += 1) {
    await sender.send();
    clock.advance(3_600_000);
  }
  const overview = await board.overview();
  expect(overview.dead).toMatchObject([{ state: 'dead', attempts: 12, failure: 'answered 500, 12 times' }]);
  expect(overview.receivers).toMatchObject([{ waiting: 0, dead: 1 }]);
  expect(one.received.at(-1)?.body.kind).toBe('kill.revive');
  expect(await registry.metrics()).toContain('guidon_notifications_dead_total 1');
});

it('gives up for a receiver that nobody configures any more, and forgets what ended long ago', async () => {
  const before = assemble([one]);
  await before.append(PRESS);
  const { sender, board } = assemble([two]);
  clock.advance(25 * 3_600_000);
  await sender.tidy();
  expect((await board.overview()).dead).toMatchObject([{ failure: 'its receiver is no longer configured' }]);
  clock.advance(31 * 24 * 3_600_000);
  await sender.tidy();
  expect((await board.overview()).dead).toEqual([]);
});

it('lets a press through where the outbox is broken, and counts who was not told', async () => {
  const { append, registry } = assemble([one]);
  await database.transactions.run((manager) => manager.query('ALTER TABLE outbox RENAME TO broken'));
  await append(PRESS);
  const rows = await database.transactions.run((manager) =>
    manager.query('SELECT count(*)::int AS count FROM audit_entries'),
  );
  expect(rows).toEqual([{ count: 1 }]);
  expect(await registry.metrics()).toContain('guidon_notifications_untold_total 1');
});

(postgres === undefined ? it.skip : it)(
  'passes nothing over and keeps the order of the log, of many who write at once on PostgreSQL while it sends',
  async () => {
    const embedded = database;
    database = await openStore((await (postgres as TestPostgres).createDatabase()).url);
    try {
      const { append, sender } = assemble([one]);
      const presses = Array.from({ length: 40 }, (_, index) =>
        append({ ...PRESS, subject: { ...PRESS.subject, kill: `K${index}` } }),
      );
      const sending = [1, 2, 3].map(() => sender.send());
      await Promise.all([...presses, ...sending]);
      await sender.send();
      const rows: { body: string }[] = await database.transactions.run((manager) =>
        manager.query('SELECT body FROM audit_entries ORDER BY sequence'),
      );
      const inLog = rows.map(({ body }) => `/api/v1/red-button/${JSON.parse(body).subject.kill}`);
      expect(one.received.map(({ body }) => body.link)).toEqual(inLog);
      expect(inLog).toHaveLength(40);
    } finally {
      await database.close();
      database = embedded;
    }
  },
);
