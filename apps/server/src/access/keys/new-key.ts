import { hashSecret, type KeyRecord, makeKey } from '../../identity/index.js';

/** What a key is made for; what it replaces is one, too. */
export type WantedKey = Pick<KeyRecord, 'kind' | 'owner'> & {
  readonly [Name in 'environment' | 'role' | 'expiresAtMs' | 'origins']?: KeyRecord[Name] | undefined;
} & { readonly createdBy: string; readonly makers: readonly string[] };

/** A key with a fresh secret, whose text nobody will see again. */
export function newKey(wanted: WantedKey, nowMs: number) {
  const { kind, owner, environment, role, createdBy, makers, expiresAtMs, origins } = wanted;
  const fresh = makeKey(kind);
  const key: KeyRecord = {
    ...{ id: fresh.id, kind, owner, secretHash: hashSecret(fresh.secret) },
    ...{ breakGlass: false, revoked: false, createdAtMs: nowMs, createdBy },
    ...(makers.length === 0 ? {} : { makers }),
    ...(environment === undefined ? {} : { environment }),
    ...(role === undefined ? {} : { role }),
    ...(origins === undefined ? {} : { origins }),
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
  };
  return { key, fresh };
}
