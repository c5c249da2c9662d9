// The servers under measurement, each a process of its own.
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../apps/server/dist/main.js', import.meta.url));
const BARE = fileURLToPath(new URL('./bare-server.mjs', import.meta.url));
const REPORT = new URL('./report-cpu.mjs', import.meta.url).href;
const READY_TIMEOUT_MS = 60_000;

const key = (kind) => `gdn_${kind}_bench${kind.padEnd(8, '0')}_${randomBytes(32).toString('base64url')}`;

/** The built server on the embedded database, with authentication, on a Git remote; `env` may say more. */
export async function startGuidon(remote, env = {}) {
  const keys = { admin: key('admin'), server: key('server'), web: key('web') };
  const child = fork(MAIN, [], {
    execArgv: ['--import', REPORT],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      GUIDON_DATA_DIR: join(remote.root, 'data'),
      GUIDON_GIT_URL: remote.url,
      GUIDON_POLL_SECONDS: '3600',
      GUIDON_KEY_ENVIRONMENT: 'development',
      GUIDON_ADMIN_KEY: keys.admin,
      GUIDON_SERVER_KEY: keys.server,
      GUIDON_WEB_KEY: keys.web,
      ...env,
    },
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      printed = (printed + chunk).slice(-20_000);
    });
  const log = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('{')) log.push(JSON.parse(line));
  });
  const url = await until(
    () => /"url":"(http:[^"]+)"/.exec(printed)?.[1],
    () => printed,
  );
  await until(
    async () => (await fetch(`${url}/readyz`)).ok,
    () => printed,
  );
  return { ...handle(child), url, port: Number(new URL(url).port), keys, log };
}

/** The yardstick: a bare Fastify with the same bodies, or a bare node:http that broadcasts. */
export async function startBare(kind, settings = {}) {
  const child = fork(BARE, [kind], {
    execArgv: ['--import', REPORT],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  // The preload listens before the server does and would swallow a message sent at once.
  await once(child, 'message');
  child.send({ settings });
  const [{ port }] = await once(child, 'message');
  return { ...handle(child), port, url: `http://127.0.0.1:${port}` };
}

function handle(child) {
  return {
    async usage() {
      child.send('cpu');
      const [{ cpu, rssBytes }] = await once(child, 'message');
      return { cpuSeconds: (cpu.user + cpu.system) / 1e6, rssBytes };
    },
    async stop() {
      if (child.exitCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function until(condition, printed) {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (performance.now() > deadline)
      throw new Error(`The server did not get ready; it printed:\n${printed()}`);
    await new Promise((resume) => setTimeout(resume, 50));
  }
}
