import type { FlagEdit } from '@guidon/engine/edit';
import type { Proposal, StandingKill } from './proposal.js';

/** What the tracked branch should say by now: an edit for each flag, with the kills behind it, or the files of a commit. */
export interface DesiredEdits {
  readonly edits: ReadonlyMap<string, FlagEdit>;
  /** Instead of edits: the files should say again what they said at this commit. */
  readonly asOf?: string;
  /** Nobody asks for it any more: it is withdrawn, unless the tracked branch says so by now. */
  readonly isTakenBack?: true;
  readonly kills: readonly StandingKill[];
}

export interface DesireFacts {
  readonly standing: readonly StandingKill[];
  /** Commits that environments are pinned to. */
  readonly pinned: ReadonlySet<string>;
  /** Every environment of the project, as it is live. */
  readonly environments: readonly string[];
  /** How the rollouts that are over have ended, by `<environment>.<flag>`; absent: nobody can say. */
  readonly ended?: ReadonlyMap<string, 'completion' | 'rollback'>;
}

/**
 * A kill's proposal says at any time what the standing kills say, so a press in another environment widens it and a
 * revival narrows it; undefined when nothing stands any more and it has to be withdrawn.
 */
export function desiredEdits(proposal: Proposal, facts: DesireFacts): DesiredEdits | undefined {
  const { kind, subject, edit, wantedAtMs } = proposal;
  if (kind === 'rollback') {
    const asked = { edits: new Map(), asOf: subject, kills: [] };
    return facts.pinned.has(subject) ? asked : { ...asked, isTakenBack: true };
  }
  if (kind === 'rollout') return rolloutEdit(proposal, facts);
  if (kind === 'extend-expiry') return only(subject, { kind: 'expires', date: edit.until ?? '' });
  if (kind === 'archive') {
    const date = new Date(wantedAtMs).toISOString().slice(0, 10);
    return only(subject, { kind: 'archive', date, serve: edit.serve ?? '' });
  }
  if (edit.byHand === true) return only(subject, { kind: 'kill', environments: 'all' });
  const kills = facts.standing.filter((kill) =>
    proposal.aboutKill ? rootOf(kill, facts.standing).includes(subject) : kill.flag === subject,
  );
  return kills.length === 0 ? undefined : { edits: killEdits(kills, facts.environments), kills };
}

/** Until Git agrees, or the rollout goes on after all. */
function rolloutEdit({ subject, edit }: Proposal, { ended }: DesireFacts): DesiredEdits {
  const { environment, as } = edit.ended ?? { environment: '', as: 'rollback' };
  const desired = only(subject, {
    kind: as === 'completion' ? 'rollout-done' : 'rollout-out',
    environment,
  });
  const isSo = ended === undefined || ended.get(`${environment}.${subject}`) === as;
  return isSo ? desired : { ...desired, isTakenBack: true };
}

function only(flag: string, edit: FlagEdit): DesiredEdits {
  return { edits: new Map([[flag, edit]]), kills: [] };
}

/** A kill and those before it that it goes on holding. */
function rootOf(kill: StandingKill, standing: readonly StandingKill[]): string[] {
  const ids = [kill.id];
  let continued = kill.continues;
  while (continued !== undefined && !ids.includes(continued)) {
    ids.push(continued);
    continued = standing.find(({ id }) => id === continued)?.continues;
  }
  return ids;
}

function killEdits(kills: readonly StandingKill[], known: readonly string[]): Map<string, FlagEdit> {
  const environments = new Map<string, Set<string>>();
  for (const { targets } of kills)
    for (const [environment, flags] of targets)
      for (const flag of flags)
        environments.set(flag, (environments.get(flag) ?? new Set<string>()).add(environment));
  return new Map(
    [...environments]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([flag, held]) => {
        // An archived flag serves one variant everywhere, so only a kill of all can be written into its file.
        const isAll = known.length > 0 && known.every((environment) => held.has(environment));
        return [flag, { kind: 'kill', environments: isAll ? 'all' : [...held].sort() }];
      }),
  );
}
