import type { DriftDocument, KillDocument, PressAnswer, WavesDocument } from '@guidon/protocol';
import {
  createGitRemote,
  flagFile,
  type GitRemote,
  projectFile,
  startPostgres,
  waitUntil,
} from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Clock, SystemClock } from '../src/kernel/index.js';
import { InProcessServer } from './in-process-server.js';

// Two servers, a database and a Git remote on a busy machine: the bound catches what hangs.
jest.setTimeout(60_000);

const OFF = flagFile({ serve: { development: 'off', production: 'off' } });
const RULED = OFF.replace(
  'production: off',
  'production:\n    rules:\n      - { id: north, when: { country: NO }, serve: off }\n    serve: off',
);
/** The wave must not end while the test runs, on a machine however busy. */
const WAVES = '[{ percent: 50, hold: 240s }, { percent: 90, hold: 240s }]';
const FIVE_MINUTES_MS = 300_000;
/** What a busy machine may take between two steps of the test. */
const SLACK_MS = 60_000;

function offBy(byMs: number): Clock {
  const clock = new SystemClock();
  return {
    nowMs: () => clock.nowMs() + byMs,
    elapsedMs: () => clock.elapsedMs(),
    after: (...timer) => clock.after(...timer),
    every: (...timer) => clock.every(...timer),
  };
}

const postgres = await startPostgres();

(postgres === undefined ? describe.skip : describe)(
  'given two servers whose own clocks differ by ten minutes',
  () => {
    let remote: GitRemote;
    /** It starts first, so it leads. */
    let ahead: InProcessServer;
    let behind: InProcessServer;

    beforeAll(async () => {
      remote = await createGitRemote({
        files: { 'flags/guidon.yaml': projectFile({ waves: WAVES }), 'flags/checkout.yaml': OFF },
      });
      const databaseUrl = (await postgres?.createDatabase())?.url ?? '';
      const both = { gitUrl: remote.url, databaseUrl };
      ahead = await InProcessServer.start({ ...both, clock: offBy(FIVE_MINUTES_MS) });
      behind = await InProcessServer.start({ ...both, clock: offBy(-FIVE_MINUTES_MS) });
      await ahead.sync();
    });

    afterAll(async () => {
      await Promise.all([ahead?.close(), behind?.close()]);
    });

    const both = () => [ahead, behind];
    const drifts = () =>
      Promise.all(both().map((server) => server.admin<DriftDocument>('GET', '/api/v1/drift')));
    const waves = async () => {
      const lists = await Promise.all(
        both().map((server) => server.admin<WavesDocument>('GET', '/api/v1/waves')),
      );
      return lists.flatMap((list) => list.waves);
    };

    function report(server: InProcessServer, instance: string, sequence: number): Promise<Response> {
      const live = server.running.catalog.rulesetFor('production', instance);
      const { lineage = '', generation = 0, hash = '' } = live ?? {};
      const applied = { lineage, generation, hash };
      const body = {
        ...{ format: 1, instance, boot: 'b1', client: 1, sequence, uptimeMs: 1_000, dropped: 0, counts: [] },
        ...{ environment: 'production', sdk: { name: '@guidon/node', version: '0.1.0' }, applied },
      };
      return server.call('POST', '/sdk/v1/telemetry', { key: 'server', body });
    }

    test('both see each other, and tell the same ages', async () => {
      await waitUntil(async () => (await drifts()).every(({ replicas }) => replicas.length === 2), {
        what: 'each server saw both on the board',
      });
      for (const { replicas, judged, desired, at } of await drifts()) {
        for (const replica of replicas) expect(replica.seenSecondsAgo).toBeLessThan(30);
        expect(judged?.secondsAgo).toBeLessThan(SLACK_MS / 1000);
        expect(desired.seenSecondsAgo).toBeLessThan(SLACK_MS / 1000);
        expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(SLACK_MS);
      }
    });

    test('a wave is neither shortened nor lengthened, and its members are seen from both', async () => {
      await remote.publish({ 'flags/checkout.yaml': RULED }, 'Add a rule');
      await ahead.sync();
      await waitUntil(async () => (await waves()).length === 2, { what: 'both servers knew of the wave' });
      const names = Array.from({ length: 8 }, (_, index) => `pod-${index}`);
      for (const [index, name] of names.entries())
        expect((await report(index % 2 === 0 ? ahead : behind, name, 1)).status).toBe(202);
      await waitUntil(
        async () =>
          (await waves()).every(({ members }) => members.candidate + members.control === names.length),
        { what: 'both servers saw every instance', timeoutMs: 10_000 },
      );
      const nowMs = Date.now();
      const told = await waves();
      expect(told).toHaveLength(2);
      for (const { startedAt, stage, decision } of told) {
        expect(Math.abs(Date.parse(startedAt) - nowMs)).toBeLessThan(SLACK_MS);
        expect([stage, decision]).toEqual([0, 'hold']);
      }
      for (const { instances } of await drifts()) expect(instances.known).toBe(names.length);
    });

    test('a kill for a minute stands from both, and one whose time is over is refused by both', async () => {
      const press = (server: InProcessServer, inMs: number) =>
        server.call('POST', '/api/v1/red-button', {
          body: {
            ...{ scope: { flag: 'checkout' }, environments: ['development'], reason: 'It burns.' },
            expiresAt: new Date(Date.now() + inMs).toISOString(),
          },
        });
      for (const server of both()) expect((await press(server, -SLACK_MS)).status).toBe(400);
      for (const server of both()) {
        const { id } = (await (await press(server, FIVE_MINUTES_MS / 2)).json()) as PressAnswer;
        const kills = await Promise.all(
          both().map((one) => one.admin<KillDocument>('GET', `/api/v1/red-button/${id}`)),
        );
        for (const kill of kills) expect([kill.overdue, kill.revivedAt]).toEqual([undefined, undefined]);
      }
    });
  },
);
