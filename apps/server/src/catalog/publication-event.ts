import type { AuditEvent } from '../audit/index.js';
import { gitSideOf } from './git-side.js';
import { type Head, headSummary, headsBefore } from './head.js';
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

/** What is known of the store before, as the database has it. */
export interface PublicationGround {
  /** Newest revision before. */
  readonly commit: string | undefined;
  readonly heads: readonly Head[];
  /** Live blobs before of the paths that `changes` names. */
  readonly blobs: ReadonlyMap<string, string>;
}

/** The one audit entry of a publication. */
export function publicationEvent(
  publication: Publication,
  heads: readonly Head[],
  before: PublicationGround,
): AuditEvent {
  const { draft, waivers, commit, changes, files } = publication;
  const { flags, flagCount, paths, fileCount } = changes;
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
    before: { revision: before.commit ?? null, heads: headsBefore(before.heads, heads) },
    after: {
      ...{ revision: commit, state: draft.state, heads: heads.map(headSummary), flags, flagCount },
      files: paths.map((path) => ({
        path,
        before: before.blobs.get(path) ?? null,
        after: files.get(path) ?? null,
      })),
      fileCount,
    },
    ...gitSideOf(draft.provenance),
    flags: flags.map(({ flag }) => flag),
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
