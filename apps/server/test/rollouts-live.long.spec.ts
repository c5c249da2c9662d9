import { createGuidon, type GuidonClient } from '@guidon/node';
import type { RolloutDocument } from '@guidon/protocol';
import { createGitRemote, startPostgres, waitUntil } from '@guidon/testkit';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { BuiltServer } from './built-server.js';
import { DemoApplication } from './demo-application.js';
import { OPEN_PROJECT, rollingFlag } from './rollout-kit.js';

// Minutes of real time, for the long run; the same in lapsed time is in every run.
jest.setTimeout(400_000);

const GUARD = 'guards: [{ id: errors, type: ratio, outcome: http.error, onAlarm: rollback }]';
const STAGES = [
  '{ id: staff, audience: { email: { endsWith: "@acme.example" } }, hold: 1s }',
  '{ id: some, percent: 20, hold: 10s }',
  '{ id: full, percent: 100, hold: 10s }',
];

let server: BuiltServer | undefined;
let client: GuidonClient | undefined;
let traffic: NodeJS.Timeout;

afterEach(async () => {
  clearInterval(traffic);
  client?.close();
  await server?.stop();
});

/** Runs the rollout to its end with the server killed as soon as it has got anywhere. Gives where it was killed. */
async function runThroughKills(failing: { on: number; off: number }) {
  const project = OPEN_PROJECT.replace('attributes:', 'attributes:\n  email: string');
  const flag = rollingFlag({ stages: STAGES, plan: `, ${GUARD}` });
  const remote = await createGitRemote({ files: { 'flags/guidon.yaml': project, 'flags/a.yaml': flag } });
  const databaseUrl = (await (await startPostgres())?.createDatabase())?.url;
  const started = await BuiltServer.prepare({
    ...{ gitUrl: remote.url, env: { GUIDON_KEY_ENVIRONMENT: 'production' } },
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
  });
  server = started;
  await started.start();
  const logger = { warn: () => {}, error: () => {} };
  client = createGuidon({ url: started.url, key: started.keys.server, logger });
  const shop = new DemoApplication(client, { flag: 'a', failing });
  traffic = setInterval(() => shop.serve(40), 50);
  const killedAt: string[] = [];
  const end = await waitUntil(
    async () => {
      const rollout = await started
        .admin<RolloutDocument>('GET', '/api/v1/rollouts/production.a')
        .catch(() => undefined);
      if (rollout === undefined) return undefined;
      const place = `${rollout.phase} ${rollout.stageId ?? 'before'}`;
      if (!killedAt.includes(place)) {
        killedAt.push(place);
        await started.kill();
        await started.start();
      }
      return ['rolled-back', 'completed'].includes(rollout.phase) ? rollout : undefined;
    },
    { timeoutMs: 350_000, everyMs: 200, what: 'the rollout ended' },
  );
  return { end, killedAt, shop };
}

describe('a rollout in real time, with the server killed in every state', () => {
  it('is taken back by itself where the new variant fails', async () => {
    const { end, killedAt } = await runThroughKills({ on: 0.3, off: 0.01 });
    expect(end).toMatchObject({ phase: 'rolled-back', percent: 0, alarm: { guard: 'errors' } });
    expect(killedAt).toEqual(expect.arrayContaining(['running staff', 'running some']));
    const transitions = end.timeline.map(({ transition }) => transition).reverse();
    expect(transitions).toEqual(['declared', 'started', 'advanced', 'rolling-back', 'rolled-back']);
  });

  it('completes where it does not', async () => {
    const { end, killedAt, shop } = await runThroughKills({ on: 0.01, off: 0.01 });
    expect(end).toMatchObject({ phase: 'completed', percent: 100 });
    expect(killedAt).toEqual(expect.arrayContaining(['running staff', 'running some', 'running full']));
    expect(shop.served.on).toBeGreaterThan(0);
  });
});
