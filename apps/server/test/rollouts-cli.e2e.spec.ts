import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RolloutDocument } from '@guidon/protocol';
import { createGitRemote, spawnNode, waitUntil } from '@guidon/testkit';
import { expect, it, jest } from '@jest/globals';
import { BuiltServer } from './built-server.js';

jest.setTimeout(240_000);

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const GUIDON = join(ROOT, 'apps', 'cli', 'bin', 'guidon.js');

const PROJECT = `project: shop
timezone: UTC
environments:
  - id: development
attributes: { email: string }
teams:
  shop: { members: [ada@acme.example] }
`;
const FLAG = `type: release
owner: shop
description: A rollout that people stop and move
expires: 2027-02-01
safe: off
environments:
  development:
    rollout:
      to: on
      plan:
        stages:
          - { id: few, percent: 5, hold: 1h }
          - { id: full, percent: 100, hold: 1h }
    serve: off
`;

it('stops, moves and takes back a rollout of a real server by the command', async () => {
  const remote = await createGitRemote({
    files: { 'flags/guidon.yaml': PROJECT, 'flags/search.yaml': FLAG },
  });
  const server = await BuiltServer.prepare({ gitUrl: remote.url });
  await server.start();
  const guidon = async (...args: readonly string[]) => {
    const env = { GUIDON_URL: server.url, GUIDON_KEY: server.keys.admin };
    const child = spawnNode(GUIDON, { args: ['rollouts', ...args], env });
    const { code } = await child.exited;
    return { code, said: child.lines.join('\n') };
  };
  const act = (name: string, ...more: readonly string[]) =>
    guidon(name, 'search', '--env', 'development', '--reason', 'a test does it', ...more);
  const shown = async () =>
    JSON.parse((await guidon('show', 'search', '--json')).said) as Partial<RolloutDocument>;

  await waitUntil(async () => (await guidon()).said.includes('running'), {
    ...{ timeoutMs: 60_000, everyMs: 500 },
    what: 'the rollout ran',
  });
  expect((await guidon()).said).toMatch(/search +development +running +5 % ▶ 100 % +5 % /);

  expect(await act('pause')).toMatchObject({ code: 0, said: expect.stringContaining('paused') });
  expect(await shown()).toMatchObject({ phase: 'paused', stageId: 'few', percent: 5 });
  expect(await act('pause')).toMatchObject({ code: 0, said: expect.stringContaining('paused already') });
  const refused = await act('advance');
  expect(refused).toMatchObject({ code: 1, said: expect.stringMatching(/^guidon: \S.*paused/) });
  expect(await act('approve')).toMatchObject({
    ...{ code: 1, said: expect.stringContaining('needs nobody to agree') },
  });

  expect(await act('resume')).toMatchObject({ code: 0, said: expect.stringContaining('running') });
  expect(await act('cancel')).toMatchObject({ code: 1 });

  expect(await act('rollback')).toMatchObject({ code: 0, said: expect.stringContaining('rolling back') });
  const { phase, percent, timeline = [] } = await shown();
  expect([phase, percent]).toEqual(['rolling-back', 0]);
  expect(timeline.slice(0, 3).map(({ transition, to }) => [transition, to.phase])).toEqual([
    ['rolling-back', 'rolling-back'],
    ['resumed', 'running'],
    ['paused', 'paused'],
  ]);
  expect(timeline[0]?.cause).toContain('a test does it');
  const report = await guidon('show', 'search');
  expect(report.said).toContain('5 % ✘ 100 %');
});
