// Jest calls this in its own process when every spec file is done: the throw-away PostgreSQL servers that this run used
// are stopped, unless another run is still signed in. Plain JavaScript, since jest does not compile a global teardown
// that is an ES module. `src/postgres/shared-server.ts` says how the folders are laid out.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const STOP_WITHIN_MS = 10_000;

export async function stopUnusedServers() {
  const prefix = `guidon-test-postgres-${process.getuid?.() ?? 0}-`;
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(prefix) || name.endsWith('.lock')) continue;
    const folder = join(tmpdir(), name);
    // Whoever holds the lock is about to use the server: it stays, and the next run's teardown sees to it.
    if (!take(`${folder}.lock`)) continue;
    try {
      await stopIfUnused(folder);
    } finally {
      rmSync(`${folder}.lock`, { recursive: true, force: true });
    }
  }
}

function take(lock) {
  try {
    mkdirSync(lock);
    writeFileSync(join(lock, 'pid'), String(process.pid));
    return true;
  } catch {
    return false;
  }
}

async function stopIfUnused(folder) {
  const users = join(folder, 'users');
  for (const pid of existsSync(users) ? readdirSync(users) : []) {
    const parent = readFileSync(join(users, pid), 'utf8');
    const ours = pid === String(process.pid) || parent === String(process.pid);
    if (!ours && isAlive(Number(pid))) return;
    rmSync(join(users, pid), { force: true });
  }
  const data = join(folder, 'data');
  const file = join(data, 'postmaster.pid');
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : 0;
  if (runsOn(pid, data)) {
    // SIGINT is PostgreSQL's fast shutdown: connections are ended, the data folder is left consistent.
    process.kill(pid, 'SIGINT');
    const deadline = performance.now() + STOP_WITHIN_MS;
    while (isAlive(pid) && performance.now() < deadline) await pause(50);
    if (isAlive(pid)) return;
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** A server that died leaves its number behind, which the system may have given to somebody else's process. */
function runsOn(pid, data) {
  if (!isAlive(pid)) return false;
  try {
    const command =
      process.platform === 'linux'
        ? readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        : execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return command.includes(data);
  } catch {
    return false;
  }
}

function isAlive(pid) {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

// biome-ignore lint/style/noDefaultExport: jest asks for one.
export default stopUnusedServers;
