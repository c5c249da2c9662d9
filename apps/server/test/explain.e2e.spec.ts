import { createGitRemote, flagFile, projectFile } from '@guidon/testkit';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { runCli } from '../../cli/src/run-cli.js';
import { createIo } from '../../cli/test/create-io.js';
import { BuiltServer } from './built-server.js';
import { quickDatabase } from './quick-database.js';

jest.setTimeout(120_000);

let server: BuiltServer;
beforeAll(async () => {
  const flag = flagFile({ serve: { development: 'off', production: 'off' } });
  const rule = '\n    rules: [{ id: many, when: { orders: { gte: 5 } }, serve: on }]\n    serve: off';
  const remote = await createGitRemote({
    files: {
      'flags/guidon.yaml': projectFile(),
      'flags/checkout.yaml': flag.replace('production: off', `production:${rule}`),
    },
  });
  server = await BuiltServer.prepare({ gitUrl: remote.url, ...(await quickDatabase()) });
  await server.start();
  await server.sync();
});
afterAll(() => server.stop());

async function explain(key: string, ...args: string[]) {
  const env = { GUIDON_URL: server.url, GUIDON_KEY: key };
  const io = { ...createIo(['explain', 'checkout', '--server', ...args], { env }), fetch: globalThis.fetch };
  return { code: await runCli(io), out: io.written.out, err: io.written.err };
}

test('a person with an admin key sees how the server decides, and a kill at once', async () => {
  const asked = ['--environment', 'production', '--context', 'orders=7'];
  const before = await explain(server.keys.admin, ...asked);
  expect(before).toMatchObject({ code: 0, err: '' });
  expect(before.out).toMatch(/^ {2}rule many +serves on$/m);
  expect(before.out).toContain('→ on = true (TARGETING_MATCH by rule many)');
  await server.press({ flag: 'checkout' }, { environments: ['production'] });
  expect((await explain(server.keys.admin, ...asked)).out).toMatch(/^ {2}killed\? +yes: serves off$/m);
});

test('keys of applications see no rules', async () => {
  for (const key of [server.keys.server, server.keys.web]) {
    const answer = await fetch(`${server.url}/api/v1/flags/checkout/explain`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: '{}',
    });
    expect([answer.status, await answer.text()]).toEqual([403, expect.not.stringContaining('steps')]);
  }
});
