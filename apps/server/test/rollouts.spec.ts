import { createGuidon, type GuidonClient } from '@guidon/node';
import type { RolloutDocument } from '@guidon/protocol';
import { createGitRemote, type GitRemote, waitUntil } from '@guidon/testkit';
import { afterEach, expect, it, jest } from '@jest/globals';
import { DemoApplication } from './demo-application.js';
import { InProcessServer } from './in-process-server.js';
import { OPEN_PROJECT, rollingFlag } from './rollout-kit.js';

// A real server, SDK, application and Git remote on a busy machine: the bound catches what hangs.
jest.setTimeout(180_000);

const GUARD = 'guards: [{ id: errors, type: ratio, outcome: http.error, onAlarm: rollback }]';
const STAGES = [
  '{ id: staff, audience: { email: { endsWith: "@acme.example" } }, hold: 1s }',
  '{ id: some, percent: 20, hold: 5s }',
  '{ id: full, percent: 100, hold: 5s }',
];

let remote: GitRemote;
let server: InProcessServer;
let client: GuidonClient;
let traffic: NodeJS.Timeout;

afterEach(async () => {
  clearInterval(traffic);
  client?.close();
  await server?.close();
});

it('rolls back by itself, in real time', async () => {
  const project = OPEN_PROJECT.replace('attributes:', 'attributes:\n  email: string');
  const flag = rollingFlag({ stages: STAGES, plan: `, ${GUARD}` });
  remote = await createGitRemote({ files: { 'flags/guidon.yaml': project, 'flags/a.yaml': flag } });
  server = await InProcessServer.start({ gitUrl: remote.url });
  await server.sync();
  client = createGuidon({
    url: server.url,
    key: server.headersOf('server').authorization.slice(7),
    logger: { warn: () => {}, error: () => {} },
  });
  const shop = new DemoApplication(client, { flag: 'a', failing: { on: 0.3, off: 0.01 } });
  traffic = setInterval(() => shop.serve(40), 50);
  const get = () => server.admin<RolloutDocument>('GET', '/api/v1/rollouts/production.a');
  const end = await waitUntil(
    async () => {
      const rollout = await get().catch(() => undefined);
      if (process.env.TELL)
        console.log(rollout?.phase, rollout?.stageId, rollout?.reason, rollout?.propagation.reason);
      return rollout?.phase === 'rolled-back' ? rollout : undefined;
    },
    { timeoutMs: 150_000, everyMs: 1000, what: 'rolled back' } as never,
  );
  expect(end.alarm?.guard).toBe('errors');
  console.log(JSON.stringify(end, null, 1).slice(0, 6000));
});
