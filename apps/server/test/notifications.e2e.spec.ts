import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NotificationDocument, NotificationsDocument, NotificationTestAnswer } from '@guidon/protocol';
import { createGitRemote, flagFile, projectFile, temporaryFolder, waitUntil } from '@guidon/testkit';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { BuiltServer } from './built-server.js';
import { type Receiver, startReceiver, takes } from './receiver.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(120_000);

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

let server: BuiltServer;
let quick: Receiver;
let silent: Receiver;

beforeAll(async () => {
  quick = await startReceiver();
  silent = await startReceiver();
  silent.behave(() => undefined);
  const file = join(await temporaryFolder('guidon-notify'), 'receivers');
  writeFileSync(file, `# never answers\n${silent.url} ${SECRET}\n`);
  const remote = await createGitRemote({
    files: {
      'flags/guidon.yaml': projectFile(),
      'flags/checkout.yaml': flagFile({ serve: { development: 'on', production: 'on' } }),
    },
  });
  server = await BuiltServer.prepare({
    gitUrl: remote.url,
    env: {
      ...{ GUIDON_NOTIFY_URL: quick.url, GUIDON_NOTIFY_SECRET: SECRET, GUIDON_NOTIFY_URLS_FILE: file },
    },
  });
  await server.start({ ready: false });
  await server.sync();
});

afterAll(async () => {
  await server.stop();
  await Promise.all([quick.close(), silent.close()]);
});

const arrived = (count: number) =>
  waitUntil(async () => (quick.received.length >= count ? true : undefined), {
    ...{ timeoutMs: 30_000, everyMs: 20, what: `${count} notifications arrived` },
  });

it('delivers once more under the same id what a server that died had sent and not yet marked', async () => {
  const died = new Promise<void>((resolve) => {
    quick.behave(() => void server.kill().then(resolve));
  });
  const { id } = await server.press({ flag: 'checkout' }, { environments: ['production'] });
  await died;
  quick.behave(takes);
  await server.start();
  await arrived(2);
  const [first, second] = quick.received;
  expect(second?.body).toEqual(first?.body);
  expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  expect(second?.body).toMatchObject({ kind: 'kill.press', link: `/api/v1/red-button/${id}` });
});

it('tells of a test what became of it, while another receiver never answers', async () => {
  const sent = await server.admin<NotificationTestAnswer>('POST', '/api/v1/notifications/test', {
    reason: 'does it arrive?',
  });
  expect(sent.receivers).toHaveLength(2);
  await arrived(3);
  expect(quick.received.at(-1)?.body).toMatchObject({ id: sent.id, kind: 'test', reason: 'does it arrive?' });
  const { deliveries } = await waitUntil(
    async () => {
      const document = await server.admin<NotificationDocument>('GET', `/api/v1/notifications/${sent.id}`);
      return document.deliveries.some(({ state }) => state === 'delivered') ? document : undefined;
    },
    { timeoutMs: 30_000, everyMs: 50, what: 'the test was marked' },
  );
  expect(deliveries.map(({ state }) => state).sort()).toEqual(['delivered', 'waiting']);
  const { receivers } = await server.admin<NotificationsDocument>('GET', '/api/v1/notifications');
  expect(receivers.map(({ waiting }) => waiting).sort()).toEqual([0, 2]);
  const shown = JSON.stringify(receivers);
  for (const secret of ['of-a-team', SECRET.slice(6)]) expect(shown).not.toContain(secret);
  expect(server.lines.join('\n')).not.toContain('of-a-team');
});
