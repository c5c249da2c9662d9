import { relative, resolve, sep } from 'node:path';
import { CliError } from '../cli-error.js';
import type { Io } from '../io.js';
import { findFlagsFolder, holdsProjectFile } from './find-flags-folder.js';

export interface Choice {
  readonly folder: string;
  /** Whether a path below the folder is one of those that a person named, or lies below one. */
  has(path: string): boolean;
}

/** The flags folder around the paths named, which must be one; no path means everything in it. */
export function chooseFiles(io: Pick<Io, 'cwd' | 'command'>, paths: readonly string[]): Choice {
  const folders = new Set(paths.map((path) => findFlagsFolder(io, path)));
  const folder = folders.size === 0 ? findFlagsFolder(io, undefined) : [...folders][0]!;
  if (folders.size > 1) {
    const details = [...folders].sort();
    throw new CliError('The paths lie in more than one flags folder; call once for each.', {
      usage: true,
      details,
    });
  }
  if (!holdsProjectFile(folder)) throw outside(paths, io);
  const named = paths.map((path) => relative(folder, resolve(io.cwd, path)).split(sep).join('/'));
  const whole = named.length === 0 || named.some((path) => path === '' || path.startsWith('..'));
  const has = (path: string) => whole || named.some((one) => path === one || path.startsWith(`${one}/`));
  return { folder, has };
}

/** Other YAML of a repository is none of ours, to judge or to write anew. */
function outside(paths: readonly string[], io: Pick<Io, 'command'>): CliError {
  const [path = '.', ...more] = paths;
  const what = more.length === 0 ? `${path} lies` : `${path} and the other paths lie`;
  return new CliError(
    `${what} in no flags folder: no guidon.yaml is there or above. Nothing was read or written.`,
    { usage: true, details: [`Name paths inside the flags folder, or begin one with: ${io.command} init`] },
  );
}
