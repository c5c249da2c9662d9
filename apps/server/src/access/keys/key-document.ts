import type { KeyDocument } from '@guidon/protocol';
import type { KeyRecord } from '../../identity/index.js';
import { type Standing, tagOf } from '../../kernel/http/index.js';

/** A key as people see it at an instant; its secret is not known here. */
export function keyDocument(key: KeyRecord, nowMs: number): KeyDocument {
  const { id, kind, owner, environment, role, breakGlass, replacedBy, origins } = key;
  return {
    id,
    kind,
    owner,
    ...(environment === undefined ? {} : { environment }),
    ...(role === undefined ? {} : { role }),
    ...(origins === undefined ? {} : { origins }),
    ...(breakGlass ? { breakGlass } : {}),
    state: stateOf(key, nowMs),
    createdAt: instant(key.createdAtMs),
    ...(key.expiresAtMs === undefined ? {} : { expiresAt: instant(key.expiresAtMs) }),
    ...(key.lastUsedAtMs === undefined ? {} : { lastUsedAt: instant(key.lastUsedAtMs) }),
    ...(key.revokedAtMs === undefined ? {} : { revokedAt: instant(key.revokedAtMs) }),
    ...(replacedBy === undefined ? {} : { replacedBy }),
  };
}

/** When it was used last is left out: using a key is no change of it. */
export function keyTag({ lastUsedAt: _, ...document }: KeyDocument): string {
  return tagOf(document);
}

export function keyStanding(key: KeyRecord, nowMs: number): Standing {
  const document = keyDocument(key, nowMs);
  const { state, expiresAt, replacedBy } = document;
  const end = expiresAt === undefined ? '' : ` until ${expiresAt}`;
  const next = replacedBy === undefined ? '' : ` and replaced by ${replacedBy}`;
  return {
    tag: keyTag(document),
    what: `Key ${key.id}`,
    now: `is ${state}${state === 'active' ? end : ''}${next}`,
  };
}

/** What an audit entry says of a key: nothing that changes by itself, and nothing secret. */
export function keyFacts(key: KeyRecord, nowMs: number): { readonly [name: string]: unknown } {
  const {
    id,
    kind,
    owner,
    environment,
    role,
    origins,
    groups = [],
    createdBy,
    expiresAtMs,
    replacedBy,
  } = key;
  return {
    ...{ key: id, kind, owner, state: stateOf(key, nowMs) },
    ...(environment === undefined ? {} : { environment }),
    ...(role === undefined ? {} : { role }),
    ...(origins === undefined ? {} : { origins }),
    ...(groups.length === 0 ? {} : { groups }),
    ...(createdBy === undefined ? {} : { createdBy }),
    ...(expiresAtMs === undefined ? {} : { expiresAt: instant(expiresAtMs) }),
    ...(replacedBy === undefined ? {} : { replacedBy }),
  };
}

export function stateOf(key: KeyRecord, nowMs: number): KeyDocument['state'] {
  if (key.revokedAtMs !== undefined) return 'revoked';
  return key.expiresAtMs !== undefined && key.expiresAtMs <= nowMs ? 'expired' : 'active';
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
