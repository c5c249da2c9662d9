import { type BigIntStats, type FSWatcher, lstatSync, readdirSync, watch } from 'node:fs';
import { join, sep } from 'node:path';

/** How often everything is looked at, for what no event told: file systems of a network or a container lose some. */
const RESCAN_MS = 1000;

/** Calls again and again until the function that it returns is called. */
export type Repeat = (act: () => void) => () => void;

export interface TreeWatch {
  readonly folder: string;
  /** The path that changed, from the folder; empty where only a look at everything showed it. */
  onChange(path: string): void;
  readonly repeat?: Repeat;
}

/**
 * Watches a folder and all below it until the function that it returns is called. One watcher for each folder, since Node
 * 20 on Linux watches files when asked for a whole tree and does not hear of one again that was replaced by a rename.
 */
export function watchTree({ folder, onChange, repeat = everySecond }: TreeWatch): () => void {
  const armed = new Map<string, { readonly watcher: FSWatcher; readonly inode: bigint }>();
  let known = '';
  let isDue: NodeJS.Immediate | undefined;

  const arm = (path: string, { ino: inode }: BigIntStats): void => {
    if (armed.get(path)?.inode === inode) return;
    disarm(path);
    try {
      const watcher = watch(join(folder, path), (event, name) => {
        const changed = join(path, name ?? '');
        // Whatever bears the name now may be another folder, even one with the number that the former had.
        if (event === 'rename' && changed !== path) disarmWithin(changed);
        tell(changed);
      });
      watcher.on('error', () => tell(path));
      armed.set(path, { watcher, inode });
    } catch {
      // Gone already, or the system has no watcher left: looking at everything finds what changes there.
    }
  };
  const disarm = (path: string): void => {
    armed.get(path)?.watcher.close();
    armed.delete(path);
  };
  const disarmWithin = (top: string): void => {
    for (const path of [...armed.keys()]) if (path === top || path.startsWith(top + sep)) disarm(path);
  };
  const scan = (): boolean => {
    const seen = { folders: new Set<string>(), marks: [] as string[] };
    // Armed before its names are read, so that what comes in between is told by an event.
    scanFolder(folder, '', { ...seen, arm });
    for (const path of armed.keys()) if (!seen.folders.has(path)) disarm(path);
    const before = known;
    known = seen.marks.join('\n');
    return known !== before;
  };
  const tell = (path: string): void => {
    // Git and editors write many files in one go: one look for all of them.
    isDue ??= setImmediate(() => {
      isDue = undefined;
      scan();
    });
    onChange(path);
  };
  scan();
  const stop = repeat(() => {
    if (scan()) onChange('');
  });
  return () => {
    stop();
    clearImmediate(isDue);
    for (const path of [...armed.keys()]) disarm(path);
  };
}

interface Seen {
  readonly folders: Set<string>;
  /** One line for each entry, which is another one when the entry is. */
  readonly marks: string[];
  arm(path: string, stats: BigIntStats): void;
}

function scanFolder(folder: string, path: string, seen: Seen): void {
  const stats = statOf(join(folder, path));
  if (stats === undefined) return;
  seen.marks.push(`${path} ${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.mode}`);
  if (!stats.isDirectory()) return;
  seen.folders.add(path);
  seen.arm(path, stats);
  for (const name of namesIn(join(folder, path)))
    if (name !== '.git') scanFolder(folder, join(path, name), seen);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function statOf(path: string): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true });
  } catch {
    return undefined;
  }
}

function everySecond(act: () => void): () => void {
  const timer = setInterval(act, RESCAN_MS);
  return () => clearInterval(timer);
}
