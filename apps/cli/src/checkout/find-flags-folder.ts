import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CliError } from '../cli-error.js';
import type { Io } from '../io.js';

/**
 * The folder that holds `guidon.yaml`. Without an argument it is looked for here, in `./flags`, and then upward, so
 * that the command works anywhere inside a checkout. A file or folder that is named may lie anywhere below it; with no
 * project above, the folder is what was named, and the missing project file becomes a finding.
 */
export function findFlagsFolder(io: Pick<Io, 'cwd' | 'command'>, given: string | undefined): string {
  if (given !== undefined) return folderAround(resolve(io.cwd, given));
  for (const folder of upward(io.cwd)) {
    const found = [folder, join(folder, 'flags')].find(holdsProjectFile);
    if (found !== undefined) return found;
  }
  throw new CliError(
    `No guidon.yaml in ${io.cwd}, in its folder flags, or above. Name the folder: ${io.command} lint path/to/flags`,
    { usage: true },
  );
}

export function holdsProjectFile(folder: string): boolean {
  return statSync(join(folder, 'guidon.yaml'), { throwIfNoEntry: false })?.isFile() === true;
}

function folderAround(path: string): string {
  const folder = isFolder(path) ? path : dirname(path);
  // A path through a file (`a.yaml/b`) is an error of its own to the system, and no more there than any other.
  if (folder !== path && !isFile(path))
    throw new CliError(`There is no file or folder ${path}.`, { usage: true });
  const inside = join(folder, 'flags');
  if (!holdsProjectFile(folder) && folder === path && holdsProjectFile(inside)) return inside;
  return upward(folder).find(holdsProjectFile) ?? folder;
}

function upward(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...upward(above)];
}

function isFile(path: string): boolean {
  return statOf(path)?.isFile() === true;
}

function isFolder(path: string): boolean {
  return statOf(path)?.isDirectory() === true;
}

function statOf(path: string) {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
