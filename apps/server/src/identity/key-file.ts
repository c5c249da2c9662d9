import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KEY_KINDS, type KeyKind, type ParsedKey, parseKey } from '@guidon/protocol';
import { formatKey } from './key-secret.js';

export type KeysByKind = { readonly [Kind in KeyKind]?: ParsedKey };

/**
 * The keys that the first start made, in plain text for their owner only, so that a restart can print the same ones.
 * Whoever can read this file could read the data folder anyway.
 */
export function readKeyFile(dataDir: string): KeysByKind {
  let text: string;
  try {
    text = readFileSync(pathIn(dataDir), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  return parseKeyFile(text, pathIn(dataDir));
}

export function writeKeyFile(dataDir: string, keys: KeysByKind): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const texts = Object.fromEntries(Object.entries(keys).map(([kind, key]) => [kind, formatKey(key)]));
  const draft = `${pathIn(dataDir)}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(texts, undefined, 2)}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, pathIn(dataDir));
}

function pathIn(dataDir: string): string {
  return join(dataDir, 'keys.json');
}

function parseKeyFile(text: string, path: string): KeysByKind {
  const keys: { [Kind in KeyKind]?: ParsedKey } = {};
  let value: Record<string, unknown>;
  try {
    value = Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    throw new Error(`${path} is not JSON; delete it and new keys are made.`);
  }
  for (const kind of KEY_KINDS) {
    if (!Object.hasOwn(value, kind)) continue;
    const parsed = parseKey(String(value[kind]));
    if (parsed?.kind !== kind)
      throw new Error(
        `${path} does not hold ${kind === 'admin' ? 'an' : 'a'} ${kind} key under "${kind}"; mend it or delete it.`,
      );
    keys[kind] = parsed;
  }
  return keys;
}
