import type { Flag, Snapshot } from '@guidon/engine/model';
import type { Action, Subject } from '@guidon/policy/permissions';
import { decideByAbility } from '../access/index.js';
import { DomainError } from '../kernel/problem/index.js';

export interface TargetsQuestion {
  readonly subject: Subject;
  readonly action: Extract<Action, 'kill.press' | 'kill.revive'>;
  /** Flags by environment. */
  readonly targets: ReadonlyMap<string, readonly string[]>;
  /** The newest first: a flag that only an earlier one has is judged as it stands there. */
  readonly snapshots: readonly Snapshot[];
}

export interface TargetsVerdict {
  /** Why each flag that may not be touched may not, one sentence each. */
  readonly refused: readonly {
    readonly flag: string;
    readonly environment: string;
    readonly reason: string;
  }[];
  /** Environments in which somebody else has to agree. */
  readonly needSecond: readonly string[];
}

/** Asks the permission table for every flag that an act would touch. */
export function judgeTargets({ subject, action, targets, snapshots }: TargetsQuestion): TargetsVerdict {
  const refused: TargetsVerdict['refused'][number][] = [];
  const needSecond = new Set<string>();
  for (const [environment, flags] of targets) {
    const place = { environment, protected: isProtected(environment, snapshots) };
    for (const key of flags) {
      const flag = find(key, snapshots);
      const about = flag === undefined ? {} : { flagType: flag.type, ownerTeam: flag.owner, tags: flag.tags };
      const { verdict, reason } = decideByAbility(subject, action, { ...place, ...about });
      if (verdict === 'refused') refused.push({ flag: key, environment, reason });
      if (verdict === 'needs-second') needSecond.add(environment);
    }
  }
  return { refused, needSecond: [...needSecond] };
}

const MOST_TOLD = 20;

/** Throws when anything is refused: an act that hits half of what was asked for would be taken for the whole. */
export function refuseForbidden({ refused }: TargetsVerdict): void {
  if (refused.length === 0) return;
  throw new DomainError('not-permitted', {
    detail: `${refused.length === 1 ? 'One flag' : `${refused.length} flags`} of this may not be touched, so nothing was.`,
    violations: refused
      .slice(0, MOST_TOLD)
      .map(({ flag, environment, reason }) => ({ pointer: `${environment}/${flag}`, sentence: reason })),
  });
}

/** An environment that is known nowhere any more counts as protected. */
function isProtected(environment: string, snapshots: readonly Snapshot[]): boolean {
  for (const { project } of snapshots) {
    const found = project.environments.find(({ id }) => id === environment);
    if (found !== undefined) return found.protected;
  }
  return true;
}

function find(key: string, snapshots: readonly Snapshot[]): Flag | undefined {
  return snapshots.map(({ flags }) => flags.get(key)).find((flag) => flag !== undefined);
}
