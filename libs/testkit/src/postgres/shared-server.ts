import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { waitUntil } from '../wait-until.js';
import { exclusively, isAlive } from './exclusive.js';
import type { Binaries } from './find-binaries.js';
import { type Account, handOver, reachableBinaries, serverAccount } from './server-account.js';

/**
 * One throw-away server for every process of a test run, in a folder whose name depends only on user and binaries, so
 * that a server which an earlier run left behind is found and adopted. Each process signs in under `users/<pid>`; the
 * jest teardown stops the server when nobody living is signed in. Durability is switched off: nothing here is kept.
 */
export async function joinSharedServer(binaries: Binaries): Promise<string> {
  const folder = sharedFolder(binaries);
  // The lock lies beside the folder, since the teardown removes the folder while others may be waiting for the lock.
  return exclusively(`${folder}.lock`, async () => {
    mkdirSync(join(folder, 'users'), { recursive: true });
    // `nobody` must be able to pass through, and nothing in here is secret.
    chmodSync(folder, 0o755);
    const url = (await adopt(folder)) ?? (await begin(folder, binaries));
    writeFileSync(join(folder, 'users', String(process.pid)), String(process.ppid));
    return url;
  });
}

export function sharedFolder(binaries: Pick<Binaries, 'folder' | 'version'>): string {
  const id = createHash('sha256')
    .update(`${binaries.folder}\0${binaries.version}`)
    .digest('hex')
    .slice(0, 12);
  return join(tmpdir(), `guidon-test-postgres-${process.getuid?.() ?? 0}-${id}`);
}

function urlOf(port: number, database = 'postgres'): string {
  return `postgres://guidon@127.0.0.1:${port}/${database}`;
}

/** Reads number and port from the file that the server keeps in its data folder. */
async function adopt(folder: string): Promise<string | undefined> {
  const data = join(folder, 'data');
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const [pid, , , port] = readFileSync(file, 'utf8').split('\n');
  if (isAlive(Number(pid)) && (await answers(urlOf(Number(port)), data))) return urlOf(Number(port));
  // Dead, or a process that has merely inherited the number: the file must go or the next start is refused.
  rmSync(file, { force: true });
  return undefined;
}

async function begin(folder: string, binaries: Binaries): Promise<string> {
  const account = serverAccount();
  const programs = join(reachableBinaries(binaries, account, folder), 'bin');
  const data = join(folder, 'data');
  if (!existsSync(join(data, 'ready'))) initialise(programs, data, account);
  const port = await freePort();
  const log = openSync(join(folder, 'server.log'), 'a');
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: '64MB',
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(join(programs, 'postgres'), ['-D', data, ...args], {
    ...account,
    cwd: '/',
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
    stdio: ['ignore', log, log],
    detached: true,
  });
  child.unref();
  const url = urlOf(port);
  await waitUntil(() => answers(url, data), {
    timeoutMs: 30_000,
    everyMs: 50,
    what: `the throw-away PostgreSQL answered (its log is ${join(folder, 'server.log')})`,
  });
  return url;
}

function initialise(programs: string, data: string, account: Account | undefined): void {
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data);
  handOver(data, account);
  // Trust is enough: the server listens on loopback only and holds nothing but what tests put there.
  const args = ['-D', data, '-U', 'guidon', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  execFileSync(join(programs, 'initdb'), args, {
    ...account,
    cwd: '/',
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 120_000,
  });
  // Written last, so that a folder whose initialisation was cut short is made anew.
  writeFileSync(join(data, 'ready'), '');
}

/** Whether a server answers there, and is the one of this data folder and not somebody else's on the same port. */
async function answers(url: string, data: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string }>(
      "select current_setting('data_directory') as folder",
    );
    return rows[0]?.folder === data;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
