import type { RevisionDocument } from '@guidon/protocol';
import type { RevisionRecord } from './catalog.repository.js';
import type { Head } from './head.js';

export function revisionDocument(record: RevisionRecord, heads: readonly Head[]): RevisionDocument {
  const { commit, state, author, subject, findingCount, frozen, holds, provenance } = record;
  return {
    ...{ commit, state, author, subject, findingCount, frozen, holds },
    committedAt: new Date(record.committedAtMs).toISOString(),
    judgedAt: new Date(record.judgedAtMs).toISOString(),
    ...(provenance === undefined ? {} : { provenance: { ...provenance } }),
    servedIn: heads
      .filter((head) => !head.removed && head.revision === commit)
      .map(({ environment }) => environment),
  };
}
