import type { AuditEvent } from '../audit/index.js';
import { type Head, headSummary } from './head.js';
import type { Waiver } from './loading/load-messages.js';
import type { Publication } from './publication.js';

const MOST_NAMED = 50;
/** Each one is somebody's word that a rule may be broken, so they are all written down where that is possible at all. */
const MOST_WAIVERS = 1000;
const LONGEST_REASON = 500;

const ACTIONS = {
  accepted: 'revision.publish',
  partly: 'revision.publish',
  held: 'revision.hold',
  rejected: 'revision.reject',
} as const;

/** The one audit entry of a publication. */
export function publicationEvent(publication: Publication, heads: readonly Head[]): AuditEvent {
  const { draft, waivers, commit } = publication;
  return {
    action: ACTIONS[draft.state],
    actor: 'system:sync',
    reason:
      (publication.again ?? draft.subject).slice(0, LONGEST_REASON) || 'The tracked branch has a new commit.',
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
      ...waiversIn(waivers),
    },
    environments: heads.map(({ environment }) => environment),
    commit,
  };
}

function waiversIn(waivers: readonly Waiver[]): Record<string, unknown> {
  if (waivers.length === 0) return {};
  const told = waivers
    .slice(0, MOST_WAIVERS)
    .map(({ reason, ...waiver }) => ({ ...waiver, reason: reason.slice(0, LONGEST_REASON) }));
  return { waivers: told, ...(told.length < waivers.length ? { waiverCount: waivers.length } : {}) };
}
