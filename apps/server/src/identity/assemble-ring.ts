import { KEY_KINDS, type KeyKind, type ParsedKey } from '@guidon/protocol';
import type { ConfiguredKeys } from '../kernel/config/index.js';
import type { KeysByKind } from './key-file.js';
import type { KnownKey } from './key-ring.js';
import { hashSecret } from './key-secret.js';
import type { StoredKey } from './stored-keys.js';

/** A key given by configuration. The admin key is break-glass: it may act alone, and its owner says so in every entry. */
export function configuredKeys(keys: ConfiguredKeys): KnownKey[] {
  return KEY_KINDS.flatMap((kind) => {
    const key = keys[kind];
    if (key === undefined) return [];
    const owner = kind === 'admin' ? 'break-glass' : 'configuration';
    const isAdmin = kind === 'admin';
    return [
      {
        ...known(key, owner, keys),
        breakGlass: isAdmin,
        ...(isAdmin ? { configured: true } : {}),
      },
    ];
  });
}

/**
 * A key that the first start made, before and after it is in the database. Its admin key is break-glass like a configured
 * one: whoever can read the data folder it lies in could do everything anyway.
 */
export function madeKey(
  key: ParsedKey,
  environment: string | undefined,
  webOrigins?: readonly string[],
): KnownKey {
  const isAdmin = key.kind === 'admin';
  const owner = isAdmin ? 'first-start@localhost' : 'first start';
  return { ...known(key, owner, { environment, webOrigins }), breakGlass: isAdmin };
}

/** The kinds for which nobody has a key that works, so that one must be made. */
export function kindsToMake(
  configured: ConfiguredKeys,
  file: KeysByKind,
  stored: readonly StoredKey[],
): KeyKind[] {
  return KEY_KINDS.filter(
    (kind) =>
      configured[kind] === undefined &&
      file[kind] === undefined &&
      !stored.some((key) => key.kind === kind && !key.revoked),
  );
}

/**
 * Configuration, file and database as one list. What the database calls revoked or expired is out, wherever else it
 * stands, but for the break-glass key, which nobody can take away from here.
 */
export function assembleRing(
  local: readonly KnownKey[],
  stored: readonly StoredKey[],
  nowMs: number,
): KnownKey[] {
  const isOver = (key: StoredKey) =>
    key.revoked || (key.expiresAtMs !== undefined && key.expiresAtMs <= nowMs);
  const keys = new Map<string, KnownKey>();
  for (const key of stored) if (!isOver(key)) keys.set(key.id, key);
  const over = new Set(stored.filter(isOver).map((key) => key.id));
  for (const key of local) if (key.configured === true || !over.has(key.id)) keys.set(key.id, key);
  return [...keys.values()];
}

/** What the configuration says of the keys that it gives and that the first start makes. */
interface KeyBindings {
  readonly environment?: string | undefined;
  readonly webOrigins?: readonly string[] | undefined;
}

function known(key: ParsedKey, owner: string, { environment, webOrigins }: KeyBindings): KnownKey {
  return {
    id: key.id,
    kind: key.kind,
    secretHash: hashSecret(key.secret),
    owner,
    breakGlass: false,
    ...(environment === undefined || key.kind === 'admin' ? {} : { environment }),
    ...(webOrigins === undefined || key.kind !== 'web' ? {} : { origins: webOrigins }),
  };
}
