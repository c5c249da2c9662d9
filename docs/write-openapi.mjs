// Writes docs/openapi.json from the routes of a running server, and the types that the command talks to it with. Run it after a
// build (`npm run build`); tests hold all three together.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import openapiTypes, { astToString } from 'openapi-typescript';
import { createServer, loadConfig } from '../apps/server/dist/index.js';

const HEAD = '// Made from docs/openapi.json by `node docs/write-openapi.mjs`. Do not edit.\n';
const dataDir = mkdtempSync(join(tmpdir(), 'guidon-openapi-'));
const settings = { PORT: '0', GUIDON_DATA_DIR: dataDir, GUIDON_LOG_LEVEL: 'error' };
// What the routes are does not depend on flags, so there are none.
const loaded = loadConfig({ ...settings, GUIDON_GIT_URL: `file://${dataDir}` }, dataDir);
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
const server = await createServer({ config: loaded.config });
try {
  const answer = await fetch(`${server.url}/api/v1/openapi.json`);
  if (!answer.ok) throw new Error(`The server answered ${answer.status}: ${await answer.text()}`);
  const document = await answer.json();
  writeFileSync(new URL('openapi.json', import.meta.url), `${JSON.stringify(document, null, 2)}\n`);
  const types = astToString(await openapiTypes(document));
  writeFileSync(new URL('../apps/cli/src/server/management-api.d.ts', import.meta.url), `${HEAD}${types}`);
} finally {
  await server.close();
  rmSync(dataDir, { recursive: true, force: true });
}
