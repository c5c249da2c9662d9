import type { AuditEvent } from '../audit/index.js';
import { type Head, headSummary } from './head.js';
import type { Publication } from './publication.js';

const MOST_NAMED = 50;
const MOST_REASON = 500;

const ACTIONS = {
  accepted: 'revision.publish',
  partly: 'revision.publish',
  held: 'revision.hold',
  rejected: 'revision.reject',
} as const;

/** The audit entry of a judged revision: the work of the system, by the word of whoever made the commit. */
export function publicationEvent(publication: Publication, heads: readonly Head[]): AuditEvent {
  const { draft, waivers, commit } = publication;
  return {
    action: ACTIONS[draft.state],
    actor: 'system:sync',
    reason:
      (publication.again ?? draft.subject).slice(0, MOST_REASON) || 'The tracked branch has a new commit.',
    subject: {
      author: draft.author,
      state: draft.state,
      findings: draft.findingCount,
      frozen: draft.frozen.slice(0, MOST_NAMED),
      frozenCount: draft.frozen.length,
      generations: heads.map(headSummary),
      ...(draft.holds.length === 0 ? {} : { holds: draft.holds.slice(0, MOST_NAMED) }),
      ...(draft.provenance === undefined ? {} : { provenance: draft.provenance }),
      ...(publication.accepted ? { accepted: true } : {}),
      ...(publication.again === undefined ? {} : { judgedAgain: true }),
      ...(waivers.length === 0 ? {} : { waivers: waivers.slice(0, MOST_NAMED) }),
    },
    environments: heads.map(({ environment }) => environment),
    commit,
  };
}
