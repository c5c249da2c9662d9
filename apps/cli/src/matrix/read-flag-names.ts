import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Snapshot } from '@guidon/engine/model';
import { CliError } from '../cli-error.js';

export interface NamedFlags {
  readonly arguments: readonly string[];
  /** With commas. */
  readonly list: string | undefined;
  /** A file with one key on each line, or a JSON list. */
  readonly file: string | undefined;
}

/** The flags that an application uses; without any name all that are not archived. */
export function readFlagNames(named: NamedFlags, snapshot: Snapshot, cwd: string): readonly string[] {
  const keys = [
    ...named.arguments,
    ...(named.list ?? '').split(','),
    ...(named.file === undefined ? [] : readNames(resolve(cwd, named.file))),
  ]
    .map((key) => key.trim())
    .filter((key) => key !== '');
  const unknown = keys.filter((key) => !snapshot.flags.has(key));
  if (unknown.length > 0) {
    throw new CliError(`There is no flag ${unknown.join(', ')} among the files that are without errors.`, {
      usage: true,
    });
  }
  if (keys.length > 0) return [...new Set(keys)].sort();
  return [...snapshot.flags.values()].filter(({ archived }) => archived === undefined).map(({ key }) => key);
}

function readNames(path: string): readonly string[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new CliError(`The file ${path} cannot be read.`, { usage: true });
  }
  if (!text.trimStart().startsWith('[')) return text.split('\n').map((line) => line.replace(/#.*/, ''));
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list) && list.every((key) => typeof key === 'string')) return list as string[];
  } catch {
    // Told below, in the same words.
  }
  throw new CliError(`${path} is neither a JSON list of flag keys nor a file with one key on each line.`, {
    usage: true,
  });
}
