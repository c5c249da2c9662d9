import { createGuidon } from '@guidon/node';
import { createGitRemote, flagFile, projectFile, temporaryFolder, waitUntil } from '@guidon/testkit';
import { expect, it, jest } from '@jest/globals';
import { createServer } from '../src/create-server.js';
import { createLog, loadConfig } from '../src/kernel/index.js';
import { UsageStore } from '../src/usage/index.js';
import { quickDatabaseVariables } from './quick-database.js';

// A real server, SDK and Git remote on a busy machine: the bound catches what hangs.
jest.setTimeout(60_000);

it('hears from a real SDK which ruleset it applied and what it counted', async () => {
  const files = {
    'flags/guidon.yaml': projectFile(),
    'flags/checkout.yaml': flagFile({ serve: { development: 'on' } }),
  };
  const remote = await createGitRemote({ files });
  const config = loadConfig(
    {
      PORT: '0',
      GUIDON_GIT_URL: remote.url,
      GUIDON_DATA_DIR: await temporaryFolder(),
      ...(await quickDatabaseVariables()),
    },
    '/',
  );
  if (!config.ok) throw new Error(JSON.stringify(config.problems));
  const server = await createServer({ config: config.config, log: createLog('silent') });
  const logger = { warn: () => {}, error: () => {} };
  const client = createGuidon({ url: server.url, key: String(server.keys.server), logger });
  try {
    await waitUntil(() => client.boolean('checkout', { targetingKey: 'u-1' }, false), {
      timeoutMs: 30_000,
      what: 'the flag came through',
    });
    client.string('checkout', {}, 'another type');
    client.outcome('http.error', true);
    client.outcome('http.error', false);
    client.close();
    const store = server.app.get(UsageStore, { strict: false });
    const [instance] = await waitUntil(
      async () => {
        await store.flush();
        const instances = await store.instances('development');
        // The first report may leave before the client is closed; the last says goodbye.
        return instances.some(({ closed }) => closed) ? instances : undefined;
      },
      { timeoutMs: 20_000, what: 'the last report was stored' },
    );
    const live = server.catalog.current('development');
    const { lineage, generation, hash } = live ?? {};
    expect(instance).toMatchObject({
      sdk: { name: '@guidon/node' },
      applied: { lineage, generation, hash },
      closed: true,
    });
    const { totals } = await store.counts('development', 0);
    expect(totals).toMatchObject([{ generation, hash, evaluationErrors: 1, calls: 2, failedCalls: 1 }]);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toMatch(
      /guidon_sdk_evaluation_errors_total\{environment="development",source="server",code="TYPE_MISMATCH"\} 1/,
    );
  } finally {
    client.close();
    await server.close();
  }
});
