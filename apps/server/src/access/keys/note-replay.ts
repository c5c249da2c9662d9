import type { NewKeyDocument } from '@guidon/protocol';
import type { EntityManager } from 'typeorm';
import type { Audit } from '../../audit/index.js';
import type { Asker } from '../../identity/index.js';

export interface Replay {
  readonly operation: string;
  /** What is given once more. */
  readonly answer: unknown;
  readonly asker: Pick<Asker, 'actor' | 'requestId'>;
}

/** Whoever is told a secret once more is written down like whoever is told it first. */
export async function noteReplay(
  audit: Audit,
  manager: EntityManager,
  { operation, answer, asker: { actor, requestId } }: Replay,
): Promise<void> {
  const { id, text } = answer as Partial<NewKeyDocument>;
  if (text === undefined) return;
  await audit.append(manager, {
    ...{ action: 'secret.replay', actor, requestId, before: null, after: null },
    reason: 'The request was repeated with its Idempotency-Key, so its answer was given once more.',
    subject: { key: id, operation },
  });
}
