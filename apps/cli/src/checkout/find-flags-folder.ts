import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CliError } from '../cli-error.js';

/**
 * The folder that holds `guidon.yaml`. Without an argument it is looked for here, in `./flags`, and then upward, so
 * that the command works anywhere inside a checkout.
 */
export function findFlagsFolder(cwd: string, given: string | undefined): string {
  if (given !== undefined) {
    const folder = resolve(cwd, given);
    const found = [folder, join(folder, 'flags')].find(holdsProjectFile);
    if (found !== undefined) return found;
    if (!isFolder(folder)) throw new CliError(`There is no folder ${folder}.`, { usage: true });
    // An empty or broken folder is linted too: the missing project file is then a finding.
    return folder;
  }
  for (let folder = cwd; ; folder = dirname(folder)) {
    const found = [folder, join(folder, 'flags')].find(holdsProjectFile);
    if (found !== undefined) return found;
    if (dirname(folder) === folder) break;
  }
  throw new CliError(
    `No guidon.yaml in ${cwd}, in its folder flags, or above. Name the folder: guidon lint path/to/flags`,
    { usage: true },
  );
}

function holdsProjectFile(folder: string): boolean {
  return statSync(join(folder, 'guidon.yaml'), { throwIfNoEntry: false })?.isFile() === true;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
