import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, in a form that only compares with itself: tells a reused process id apart. */
  readonly began: string;
}

export class DataFolderBusy extends Error {}

/**
 * Takes the data folder for this process. Two processes on one embedded database lose acknowledged rows and nothing
 * else stops them. A lock whose process is gone is taken over. Returns a function that gives the folder back.
 */
export function lockDataFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'guidon.lock');
  const mine = `${JSON.stringify({ pid: process.pid, host: hostname(), began: beganAt(process.pid) ?? '' })}\n`;
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (createWhole(path, mine)) return () => releaseIfMine(path, mine);
    const text = readOrUndefined(path);
    if (text === undefined) continue;
    const reason = whyHeld(text, path);
    if (reason !== undefined) throw new DataFolderBusy(reason);
    takeAway(path, text);
  }
  throw new DataFolderBusy(`Somebody else keeps taking ${path}; start one server at a time.`);
}

/** A link appears with its content or not at all, so nobody ever reads half a lock. */
function createWhole(path: string, text: string): boolean {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Why the lock still counts, or `undefined` when its process is gone. */
function whyHeld(text: string, path: string): string | undefined {
  const holder = parseHolder(text);
  if (holder === undefined) return undefined;
  if (holder.host !== hostname())
    return `The data folder was in use on another machine (${holder.host}). If that server is gone, delete ${path} and start again.`;
  const began = beganAt(holder.pid);
  if (began === undefined || began !== holder.began) return undefined;
  return `Another Guidon (process ${holder.pid}) is using this data folder. Stop it, or give this one its own GUIDON_DATA_DIR.`;
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { pid, host, began } = JSON.parse(text) as Partial<Holder>;
    if (typeof pid !== 'number' || typeof host !== 'string' || typeof began !== 'string') return undefined;
    return { pid, host, began };
  } catch {
    return undefined;
  }
}

/** Renaming is atomic; if another process was quicker, what we took is its fresh lock, and it gets it back. */
function takeAway(path: string, stale: string): void {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (readOrUndefined(aside) !== stale) {
    try {
      linkSync(aside, path);
    } catch {
      // A third process has taken the lock meanwhile; it will find itself refused or alone.
    }
  }
  rmSync(aside, { force: true });
}

function releaseIfMine(path: string, mine: string): void {
  if (readOrUndefined(path) === mine) rmSync(path, { force: true });
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Start of a process: boot id and start tick from Linux' /proc; elsewhere only whether it lives. `undefined`: no such
 * process.
 */
function beganAt(pid: number): string | undefined {
  const stat = readOrUndefined(`/proc/${pid}/stat`);
  const boot = readOrUndefined('/proc/sys/kernel/random/boot_id');
  if (boot !== undefined) {
    if (stat === undefined) return undefined;
    // The command name in brackets may hold spaces; the start tick is the 20th field after it.
    return `${boot.trim()}/${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  }
  try {
    process.kill(pid, 0);
    return 'alive';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? 'alive' : undefined;
  }
}
