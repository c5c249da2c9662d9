import { connect, createServer as createTcpServer, type Socket } from 'node:net';
import {
  createGitRemote,
  flagFile,
  projectFile,
  startPostgres,
  type TestPostgres,
  temporaryFolder,
  waitUntil,
} from '@guidon/testkit';
import { expect, it, jest } from '@jest/globals';
import { createServer, type RunningServer } from './create-server.js';
import { createLog, loadConfig } from './kernel/index.js';

// A real database and a real Git remote on a busy machine: the bound catches what hangs.
jest.setTimeout(60_000);

/** Stands between server and database, so that a test can pull the plug and put it back. */
async function plugTo(target: URL) {
  const sockets = new Set<Socket>();
  let open = true;
  const plug = createTcpServer((inside) => {
    if (!open) {
      inside.destroy();
      return;
    }
    const outside = connect(Number(target.port), target.hostname);
    for (const [socket, other] of [
      [inside, outside],
      [outside, inside],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise<void>((done) => plug.listen(0, '127.0.0.1', done));
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String((plug.address() as { port: number }).port);
  return {
    url: url.href,
    pull() {
      open = false;
      for (const socket of sockets) socket.destroy();
    },
    putBack() {
      open = true;
    },
    close: () => new Promise((done) => plug.close(done)),
  };
}

/** A log as it is in production, and what an operator who looks for warnings and errors finds in it. */
function listeningLog() {
  const lines: { level: number; msg: string; stack?: string }[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line));
  return { log: createLog('info', { write }), loud: () => lines.filter(({ level }) => level >= 40) };
}

async function answers(server: RunningServer) {
  const evaluation = await fetch(`${server.url}/ofrep/v1/evaluate/flags/checkout`, {
    method: 'POST',
    headers: { 'x-api-key': String(server.keys.server), 'content-type': 'application/json' },
    body: '{"context":{"targetingKey":"u-1"}}',
  });
  const [ready, write] = await Promise.all(
    ['/readyz', '/readyz?scope=write'].map((path) => fetch(`${server.url}${path}`)),
  );
  return {
    variant: ((await evaluation.json()) as { variant?: string }).variant,
    ready: ready.status,
    write: write.status,
    stale: ready.headers.get('guidon-stale'),
  };
}

const postgres = await startPostgres();
const itOnPostgres = postgres === undefined ? it.skip : it;

itOnPostgres(
  'serves from memory while the database is away, says so, and takes writes again after',
  async () => {
    const plug = await plugTo(new URL((await (postgres as TestPostgres).createDatabase()).url));
    const files = {
      'flags/guidon.yaml': projectFile(),
      'flags/checkout.yaml': flagFile({ serve: { development: 'on' } }),
    };
    const remote = await createGitRemote({ files });
    const config = loadConfig(
      {
        PORT: '0',
        DATABASE_URL: plug.url,
        GUIDON_SIGNING_KEY: Buffer.alloc(32, 7).toString('base64'),
        GUIDON_GIT_URL: remote.url,
        GUIDON_DATA_DIR: await temporaryFolder(),
      },
      '/',
    );
    if (!config.ok) throw new Error(JSON.stringify(config.problems));
    const { log, loud } = listeningLog();
    const server = await createServer({ config: config.config, log });
    const well = { variant: 'on', ready: 200, write: 200, stale: null };
    await waitUntil(async () => (await answers(server)).write === 200, { timeoutMs: 30_000 });
    expect(await answers(server)).toEqual(well);

    plug.pull();
    await waitUntil(async () => (await answers(server)).write === 503, { timeoutMs: 20_000 });
    expect(await answers(server)).toEqual({ ...well, write: 503, stale: expect.stringMatching(/^\d+$/) });
    // Until everybody who looks every second or two has met the outage.
    await waitUntil(async () => Number((await answers(server)).stale) >= 5, { timeoutMs: 20_000 });

    plug.putBack();
    await waitUntil(async () => (await answers(server)).write === 200, { timeoutMs: 20_000 });
    expect(await answers(server)).toEqual(well);
    expect(loud()).toEqual([
      expect.objectContaining({
        database: new URL(plug.url).host,
        msg: 'the database cannot be reached; flags are still served from memory',
      }),
    ]);
    await server.close();
    expect(loud()).toHaveLength(1);
    await plug.close();
  },
);

it('tells in one line that the database cannot be reached, and does not claim that flags are served', async () => {
  let attempts = 0;
  const wall = createTcpServer((socket) => {
    attempts += 1;
    socket.destroy();
  });
  await new Promise<void>((done) => wall.listen(0, '127.0.0.1', done));
  const { port } = wall.address() as { port: number };
  const config = loadConfig(
    {
      PORT: '0',
      DATABASE_URL: `postgres://guidon:hunter2@127.0.0.1:${port}/guidon`,
      GUIDON_SIGNING_KEY: Buffer.alloc(32, 7).toString('base64'),
      GUIDON_GIT_URL: 'file:///nowhere.git',
      GUIDON_DATA_DIR: await temporaryFolder(),
    },
    '/',
  );
  if (!config.ok) throw new Error(JSON.stringify(config.problems));
  const { log, loud } = listeningLog();
  const server = await createServer({ config: config.config, log });
  await waitUntil(() => attempts >= 4, { timeoutMs: 30_000 });
  await server.close();
  await new Promise((done) => wall.close(done));
  expect(loud()).toEqual([expect.objectContaining({ database: `127.0.0.1:${port}` })]);
  expect(loud()[0]?.msg).toMatch(/^the database cannot be reached; no flag is served until it can/);
  expect(JSON.stringify(loud())).not.toMatch(/hunter2|stack/);
});
