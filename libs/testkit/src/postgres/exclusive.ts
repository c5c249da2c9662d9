import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const GIVE_UP_MS = 60_000;

/** Lets one process at a time work, by a folder named `lock`. A lock whose holder is gone is taken over. */
export async function exclusively<T>(lock: string, work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + GIVE_UP_MS;
  while (!take(lock)) {
    if (performance.now() > deadline) throw new Error(`${lock} has been held for ${GIVE_UP_MS} ms`);
    await pause(50);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function take(lock: string): boolean {
  try {
    // Making a folder either succeeds or fails for everyone else, on every file system.
    mkdirSync(lock);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (!isAbandoned(lock)) return false;
    rmSync(lock, { recursive: true, force: true });
    return false;
  }
  writeFileSync(join(lock, 'pid'), String(process.pid));
  return true;
}

function isAbandoned(lock: string): boolean {
  try {
    return !isAlive(Number(readFileSync(join(lock, 'pid'), 'utf8')));
  } catch {
    // The holder has the folder but has not written its number yet.
    return false;
  }
}

export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
