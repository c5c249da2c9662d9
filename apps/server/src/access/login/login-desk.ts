import type { LoginRequest, NewKeyDocument } from '@guidon/protocol';
import type { Audit, AuditEvent } from '../../audit/index.js';
import {
  type Caller,
  endKey,
  formatKey,
  hashSecret,
  insertKey,
  type KeyRecord,
  type KeyService,
  lockKey,
  makeKey,
} from '../../identity/index.js';
import type { Clock } from '../../kernel/clock/index.js';
import type { Transactions } from '../../kernel/database/index.js';
import { keyDocument, keyFacts } from '../keys/key-document.js';
import type { IdentityProvider } from './identity-provider.js';

const HOUR_MS = 60 * 60 * 1000;

export interface LoginDeskParts {
  readonly provider: Pick<IdentityProvider, 'exchange'>;
  readonly keyHours: number;
  readonly transactions: Transactions;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly keys: Pick<KeyService, 'announce' | 'refresh'>;
}

/** Gives who has signed in a key of his own that ends by itself, and takes it back when he signs out. */
export class LoginDesk {
  constructor(private readonly parts: LoginDeskParts) {}

  /** The code is good once, at the provider: a repeated request is refused there. */
  async signIn(request: LoginRequest): Promise<NewKeyDocument> {
    const { provider, keyHours, transactions, audit, clock, keys } = this.parts;
    const { email, groups } = await provider.exchange(request);
    const nowMs = clock.nowMs();
    const fresh = makeKey('admin');
    const key: KeyRecord = {
      ...{ id: fresh.id, kind: 'admin', owner: email, groups, role: 'access' },
      ...{ secretHash: hashSecret(fresh.secret), breakGlass: false, revoked: false },
      ...{ createdAtMs: nowMs, expiresAtMs: nowMs + keyHours * HOUR_MS },
    };
    await transactions.run(async (manager) => {
      await insertKey(manager, key, new Date(nowMs));
      await audit.append(manager, {
        action: 'key.create',
        actor: `person:${email}`,
        reason: 'Signed in at the identity provider.',
        subject: { key: key.id, kind: 'admin', owner: email, groups, role: 'access' },
        before: null,
        after: keyFacts(key, nowMs),
      });
      await keys.announce(manager);
    });
    await keys.refresh();
    return { ...keyDocument(key, nowMs), text: formatKey(fresh) };
  }

  async signOut({ keyId, owner }: Caller, actor: string): Promise<void> {
    const { transactions, audit, clock, keys } = this.parts;
    await transactions.run(async (manager) => {
      const nowMs = clock.nowMs();
      const key = await lockKey(manager, keyId);
      await endKey(manager, keyId, { revokedAt: new Date(nowMs) });
      const subject = { key: keyId, kind: 'admin', owner };
      const states = statesOfEnd(key, nowMs);
      await audit.append(manager, { action: 'key.revoke', actor, reason: 'Signed out.', subject, ...states });
      await keys.announce(manager);
    });
    await keys.refresh();
  }
}

/** A key of the configuration has no row, and ending it changes nothing that the database knows. */
function statesOfEnd(key: KeyRecord | undefined, nowMs: number): Pick<AuditEvent, 'before' | 'after'> {
  if (key === undefined) return { before: null, after: null };
  const now = { ...key, revoked: true, revokedAtMs: key.revokedAtMs ?? nowMs };
  return { before: keyFacts(key, nowMs), after: keyFacts(now, nowMs) };
}
