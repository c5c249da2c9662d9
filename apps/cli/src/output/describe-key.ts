import type { KeyDocument } from '@guidon/protocol';
import { age, timeUntil } from './instants.js';
import { printable } from './paint.js';

/** What a person is about to end or to replace. */
export function describeKey(key: KeyDocument, nowMs: number): string {
  const { id, kind, role, owner, environment, breakGlass, lastUsedAt } = key;
  const what = breakGlass === true ? 'break-glass admin' : [kind, role].filter(Boolean).join(' ');
  const where = environment === undefined ? '' : ` for ${printable(environment)}`;
  const use = lastUsedAt === undefined ? 'never used' : `used ${age(lastUsedAt, nowMs)} ago`;
  return `${printable(id)}, ${what} key of ${printable(owner)}${where}, ${use}, works until: ${untilWhen(key, nowMs)}\n`;
}

export function untilWhen({ state, expiresAt, revokedAt, replacedBy }: KeyDocument, nowMs: number): string {
  const next = replacedBy === undefined ? '' : `, replaced by ${replacedBy}`;
  if (state === 'revoked') return `revoked ${age(revokedAt ?? '', nowMs)} ago`;
  if (expiresAt === undefined) return 'no end';
  return state === 'expired'
    ? `expired ${age(expiresAt, nowMs)} ago${next}`
    : `${timeUntil(expiresAt, nowMs)} from now${next}`;
}
