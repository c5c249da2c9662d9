import type { NewKeyDocument } from '@guidon/protocol';
import type { EntityManager } from 'typeorm';
import type { AuditState } from '../../audit/index.js';
import { formatKey, insertKey } from '../../identity/index.js';
import { keyDocument, keyFacts } from './key-document.js';
import { newKey, type WantedKey } from './new-key.js';

/** Makes a key and stores it: with its text for the caller, and without for the log. */
export async function addKey(
  manager: EntityManager,
  { nowMs, ...wanted }: WantedKey & { readonly nowMs: number },
): Promise<{ readonly made: NewKeyDocument; readonly facts: AuditState }> {
  const { key, fresh } = newKey(wanted, nowMs);
  if (!(await insertKey(manager, key, new Date(nowMs)))) throw new Error('The new key id is taken.');
  return { made: { ...keyDocument(key, nowMs), text: formatKey(fresh) }, facts: keyFacts(key, nowMs) };
}
