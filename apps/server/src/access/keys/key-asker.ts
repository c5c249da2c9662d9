import type { Asker, KeyRecord } from '../../identity/index.js';
import { DomainError } from '../../kernel/problem/index.js';
import type { WantedKey } from './new-key.js';

/** Who asks, and with which words the stored answer is sealed. */
export interface KeyAsker extends Asker {
  /** The owner of the caller's key. */
  readonly owner: string;
  /** Who has seen the text of a key that he makes: he, and who could speak for him. */
  readonly hands: readonly string[];
  /** The caller's own key text: an answer that holds a new secret is stored sealed with it. */
  readonly presented: string;
  /** Why the permission table does not let him touch a key that reaches so far; absent when it does. */
  whyNot(key: Pick<KeyRecord, 'kind' | 'environment'>): string | undefined;
}

/** An admin of one environment makes no key that reaches others, nor one for a person, whose role may reach everything. */
export function refuseForbidden(key: Pick<KeyRecord, 'kind' | 'environment'>, asker: KeyAsker): void {
  const detail = asker.whyNot(key);
  if (detail !== undefined) throw new DomainError('not-permitted', { detail });
}

/** Who stands behind a key that he makes. */
export function handsOf({ owner, hands }: KeyAsker): Pick<WantedKey, 'createdBy' | 'makers'> {
  return { createdBy: owner, makers: hands };
}
