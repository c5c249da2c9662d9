import { canonicalJson, type Snapshot } from '@guidon/engine/model';
import type { RevisionRecord } from './catalog.repository.js';
import type { OfferedEnvironment } from './decide-publication.js';
import { describeChanges, NO_CHANGES } from './describe-changes.js';
import type { Publication } from './publication.js';
import type { ReceivedContent } from './receive-content.js';
import { holdsEverywhere, type RevisionHold } from './revision-hold.js';
import type { LoadOutcome } from './revision-loader.js';
import type { RevisionSource } from './revision-source.js';
import type { StagesOf } from './stages-of.js';
import { carries } from './taken-back.js';

/** What publishing a judged commit would write, and the part of it that may be served anywhere. */
export function draftPublication(
  source: RevisionSource,
  { summary, received }: LoadOutcome,
  {
    nowMs,
    accepted,
    freezes,
    live,
    stagesOf,
  }: {
    nowMs: number;
    accepted: ReadonlySet<string> | undefined;
    freezes: readonly RevisionHold[];
    /** Newest usable content before this. */
    live: Snapshot | undefined;
    stagesOf: StagesOf;
  },
): { publication: Publication; usable: ReceivedContent | undefined } {
  const { commit, author, subject, committedAtMs, provenance } = source;
  const found: readonly RevisionHold[] =
    summary.state === 'rejected' ? [] : [...(source.holds ?? []), ...summary.holds, ...freezes];
  // What a person has not seen still holds.
  const holds = found.filter(({ kind }) => accepted?.has(kind) !== true);
  const usable = summary.state === 'rejected' || holdsEverywhere(holds) ? undefined : received;
  const draft = {
    ...{ commit, author, subject, committedAtMs, judgedAtMs: nowMs },
    state: holds.length > 0 ? ('held' as const) : summary.state,
    frozen: summary.frozen,
    findingCount: summary.findingCount,
    holds: found,
    ...(provenance === undefined ? {} : { provenance }),
  };
  const files = usable === undefined ? new Map() : (summary.content?.files ?? new Map());
  const publication: Publication = {
    ...{ commit, nowMs, accepted: accepted !== undefined, again: source.again, draft },
    throughFreeze: accepted?.has('freeze') === true,
    isWhole: summary.frozen.length === 0,
    baseRevisionId: source.baseRevisionId,
    environments: usable === undefined ? undefined : offered(usable, stagesOf),
    holds: holds.flatMap(({ environment, sentence }) => (environment === undefined ? [sentence] : [])),
    frozen: new Map(
      holds.flatMap(({ environment, sentence }) =>
        environment === undefined ? [] : [[environment, sentence]],
      ),
    ),
    findings: summary.findings,
    files,
    changes: usable === undefined ? NO_CHANGES : describeChanges(live, usable.snapshot, files),
    waivers: usable === undefined ? [] : (summary.content?.waivers ?? []),
    contents: (blobs) => source.contents(blobs),
  };
  return { publication, usable };
}

function offered({ snapshot, environments }: ReceivedContent, stagesOf: StagesOf): OfferedEnvironment[] {
  const { project } = snapshot;
  return environments.map(({ environment, hash, ruleset }) => ({
    ...{ environment, hash },
    protected: project.environments.find(({ id }) => id === environment)?.protected ?? false,
    stages: stagesOf(project, environment),
    carries: (print) => carries(ruleset, print),
  }));
}

/** Judged once more, a commit that waits for the same reasons is no news. */
export function isAsBefore(
  { state, holds }: Pick<RevisionRecord, 'state' | 'holds'>,
  before: RevisionRecord | undefined,
): boolean {
  return state === before?.state && canonicalJson(holds) === canonicalJson(before.holds);
}
