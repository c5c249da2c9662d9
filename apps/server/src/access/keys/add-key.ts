import type { KeyRole, NewKeyDocument } from '@guidon/protocol';
import type { EntityManager } from 'typeorm';
import type { AuditState } from '../../audit/index.js';
import { formatKey, hashSecret, insertKey, type KeyRecord, makeKey } from '../../identity/index.js';
import { keyDocument, keyFacts } from './key-document.js';

export interface WantedKey extends Pick<KeyRecord, 'kind' | 'owner'> {
  readonly environment: string | undefined;
  readonly role: KeyRole | undefined;
  readonly createdBy: string;
  readonly expiresAtMs: number | undefined;
  readonly nowMs: number;
}

/** Makes a key and stores it: with its text for the caller, and without for the log. */
export async function addKey(
  manager: EntityManager,
  { kind, owner, environment, role, createdBy, expiresAtMs, nowMs }: WantedKey,
): Promise<{ readonly made: NewKeyDocument; readonly facts: AuditState }> {
  const fresh = makeKey(kind);
  const key: KeyRecord = {
    ...{ id: fresh.id, kind, owner, secretHash: hashSecret(fresh.secret) },
    ...{ breakGlass: false, revoked: false, createdAtMs: nowMs, createdBy },
    ...(environment === undefined ? {} : { environment }),
    ...(role === undefined ? {} : { role }),
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
  };
  if (!(await insertKey(manager, key, new Date(nowMs)))) throw new Error('The new key id is taken.');
  return { made: { ...keyDocument(key, nowMs), text: formatKey(fresh) }, facts: keyFacts(key, nowMs) };
}
