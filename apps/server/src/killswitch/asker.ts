import type { Subject } from '@guidon/policy/permissions';

/** Who mutates, and how the request can be told from another. */
export interface Asker {
  readonly keyId: string;
  readonly actor: string;
  /** With what he may do. */
  readonly subject: Subject;
  readonly requestId: string;
  readonly idempotencyKey: string | undefined;
}
