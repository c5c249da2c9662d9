import { fileURLToPath } from 'node:url';
import type { DriftDocument, WavesDocument } from '@guidon/protocol';
import {
  createGitRemote,
  flagFile,
  projectFile,
  type SpawnedNode,
  spawnNode,
  temporaryFolder,
  waitUntil,
} from '@guidon/testkit';
import { expect, it, jest } from '@jest/globals';
import { growOld, keptRecords } from '../../../libs/sdk-node/test/kept-records.js';
import { createServer } from '../src/create-server.js';
import { createLog, loadConfig } from '../src/kernel/index.js';
import { SyncService } from '../src/sync/index.js';
import { quickDatabaseVariables } from './quick-database.js';

// A real server, Git remote and applications on a busy machine: the bound catches what hangs.
jest.setTimeout(120_000);

const MORTAL = fileURLToPath(new URL('../../../libs/sdk-node/test/mortal.mjs', import.meta.url));
const WAVES = '[{ percent: 99.999, hold: 1h }]';
const poison = (variant: 'on' | 'off') =>
  `${flagFile({ serve: { development: 'off', production: variant } })}waive: { percent-jump: The test wants everybody to get it }\n`;

it('hears from an application that died twice of a wave, and takes the wave back', async () => {
  const remote = await createGitRemote({
    files: { 'flags/guidon.yaml': projectFile({ waves: WAVES }), 'flags/poison.yaml': poison('off') },
  });
  const env = {
    PORT: '0',
    GUIDON_GIT_URL: remote.url,
    GUIDON_DATA_DIR: await temporaryFolder(),
    GUIDON_KEY_ENVIRONMENT: 'production',
    ...(await quickDatabaseVariables()),
  };
  const config = loadConfig(env, '/');
  if (!config.ok) throw new Error(JSON.stringify(config.problems));
  const server = await createServer({ config: config.config, log: createLog('silent') });
  const dataDir = await temporaryFolder();
  const started: SpawnedNode[] = [];
  const start = () => {
    const guidon = { url: server.url, key: String(server.keys.server), dataDir };
    const child = spawnNode(MORTAL, { args: [JSON.stringify({ guidon, dies: 'throw' })] });
    started.push(child);
    return child;
  };
  const ask = async <T>(path: string): Promise<T> => {
    const headers = { authorization: `Bearer ${String(server.keys.admin)}` };
    return (await (await fetch(server.url + path, { headers })).json()) as T;
  };
  try {
    const first = start();
    await first.waitForLine('"state":"ready"', 60_000);
    await waitUntil(() => keptRecords(dataDir).some(({ kind }) => kind === 'proof'), {
      what: 'it was stored',
    });
    growOld(dataDir, 600_000);
    const commit = await remote.publish({ 'flags/poison.yaml': poison('on') }, 'Break the app');
    await server.app.get(SyncService, { strict: false }).sync();
    expect((await ask<WavesDocument>('/api/v1/waves')).waves).toHaveLength(1);
    await first.exited;
    await start().exited;
    const third = start();
    await third.waitForLine('"source":"disk","generation":1,"proof":"last-known-good"', 30_000);
    await waitUntil(async () => (await ask<WavesDocument>('/api/v1/waves')).waves.length === 0, {
      what: 'the wave was taken back',
      timeoutMs: 60_000,
    });
    const drift = await ask<DriftDocument>('/api/v1/drift');
    const held = drift.environments.find(({ environment }) => environment === 'production');
    expect(JSON.stringify(held)).toContain(commit);
    expect(JSON.stringify(held)).toMatch(
      /quarantined the ruleset: The application died of it twice in a row/,
    );
    // What everybody has now is the old content under a higher generation.
    await third.waitForLine(/"state":"ready","source":"network","generation":3,.*"poison":false/, 30_000);
  } finally {
    for (const child of started) await child.kill();
    await server.close();
  }
});
