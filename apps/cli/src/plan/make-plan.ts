import { diffSnapshots, type EnvironmentChange, type FlagChange } from '@guidon/engine/diff';
import { type Replay, type Shift, shiftsBetween } from '@guidon/engine/impact';
import { type Flag, inCodePointOrder } from '@guidon/engine/model';
import { bucketingLines } from './bucketing-words.js';
import { environmentWords, flagWords, newFlagLines, type Sides } from './change-words.js';
import { listed } from './figures.js';
import { followLine } from './follow-words.js';
import { blocksOf, faultsOf } from './judge-policies.js';
import type { Revisions } from './load-revisions.js';
import { type Measured, measurementOf, type Sample } from './measure.js';
import type {
  ContextsUsed,
  EnvironmentPlan,
  FlagPlan,
  Measurement,
  PlanDocument,
  PlanLine,
} from './plan-document.js';
import { renamedFrom } from './renamed-from.js';
import { segmentPlans } from './segment-plans.js';
import { shiftDocument, shiftLine } from './shift-words.js';

export interface PlanInput {
  readonly revisions: Revisions;
  readonly measured?: Measured;
  readonly sample?: Sample;
  readonly contexts?: ContextsUsed;
  /** Absent: all. */
  readonly environments?: readonly string[];
  readonly nowMs: number;
  /** The folder of the flags as a reader would open it. */
  readonly prefix: string;
}

/** The difference of two revisions in words and shares, and what stands in its way. Pure. */
export function makePlan(input: PlanInput): PlanDocument {
  const { revisions, nowMs, prefix } = input;
  const { comparison, before, wanted, judged } = revisions;
  const head = {
    format: 1 as const,
    folder: prefix,
    base:
      comparison.base === undefined ? null : { commit: comparison.base.commit, name: comparison.base.name },
    compared: comparison.sentence,
    frozen: judged.frozen,
    holds: judged.holds,
    contexts: input.contexts ?? null,
  };
  if (wanted === undefined) {
    return { ...head, verdict: 'blocked', blocks: faultsOf(judged.findings), segments: [], flags: [] };
  }
  const changes = diffSnapshots(before, wanted);
  const blocks = blocksOf({ revisions, wanted, changes, measured: input.measured, nowMs, prefix });
  const sides = { before, after: wanted };
  const segments = segmentPlans(sides, changes);
  const flags = flagsOf(changes, sides, input);
  return { ...head, verdict: blocks.length === 0 ? 'fine' : 'blocked', blocks, segments, flags };
}

/** Flags that say something else, and flags that are only met by what others say. */
function flagsOf(changes: readonly FlagChange[], sides: Sides, input: PlanInput): FlagPlan[] {
  const own = new Map<string, FlagChange[]>();
  for (const change of changes) own.set(change.flag, [...(own.get(change.flag) ?? []), change]);
  const met = [...(input.measured?.replays.values() ?? [])].flatMap((replays) => [...replays.keys()]);
  return inCodePointOrder(new Set([...own.keys(), ...met])).flatMap((key) => {
    const plan = flagPlan(key, own.get(key) ?? [], {
      sides,
      input: { ...input, changed: new Set(own.keys()) },
    });
    return plan.changes.length === 0 && plan.environments.length === 0 ? [] : [plan];
  });
}

interface Setting {
  readonly sides: Sides;
  readonly input: PlanInput & {
    /** Keys of flags of which anything is written differently. */
    readonly changed: ReadonlySet<string>;
  };
}

function flagPlan(key: string, changes: readonly FlagChange[], { sides, input }: Setting): FlagPlan {
  const [old, now] = [sides.before.flags.get(key), sides.after.flags.get(key)];
  const flag = (now ?? old) as Flag;
  const everywhere = changes
    .filter((change) => !('environment' in change))
    .flatMap((change): PlanLine[] => {
      const text = flagWords(change, sides);
      return text === undefined ? [] : [{ kind: change.kind, text }];
    });
  const origin = old === undefined ? renamedFrom(flag, sides, input.revisions.files) : undefined;
  if (origin !== undefined) everywhere.push({ kind: 'renamed', text: renameWords(origin) });
  const ids = environmentIds(sides).filter((id) => input.environments?.includes(id) ?? true);
  const from = origin ?? old;
  const environments = ids.flatMap((id): EnvironmentPlan[] => {
    const plan = environmentPlan({ from, old, now, id }, changes, { sides, input });
    return plan.changes.length === 0 && plan.measured === undefined ? [] : [plan];
  });
  const status =
    old === undefined
      ? 'added'
      : now === undefined
        ? 'removed'
        : changes.some(({ kind }) => kind === 'archived')
          ? 'archived'
          : 'changed';
  const { path, owner, description } = flag;
  return { flag: key, path, owner, description, status, changes: everywhere, environments };
}

function renameWords(origin: Flag): string {
  return `The file is the one of ${origin.key} under another name: to applications a new flag. Where no salt is written down the name is the salt, so shares are drawn anew.`;
}

function environmentIds({ before, after }: Sides): string[] {
  return [...new Set([...after.project.environments, ...before.project.environments].map(({ id }) => id))];
}

interface Meeting {
  /** What shares are compared with: the earlier version, or the flag that this one was before it was renamed. */
  readonly from: Flag | undefined;
  readonly old: Flag | undefined;
  readonly now: Flag | undefined;
  readonly id: string;
}

function environmentPlan(
  { from, old, now, id }: Meeting,
  changes: readonly FlagChange[],
  { sides, input }: Setting,
): EnvironmentPlan {
  const here = changes.filter(
    (change): change is EnvironmentChange => 'environment' in change && change.environment === id,
  );
  const shifts = from === undefined || now === undefined ? [] : shiftsBetween(from, now, id);
  const listing = now?.environments.get(id);
  const lines = [
    ...here.flatMap((change) => environmentWords(change, sides) ?? []),
    ...(old === undefined && listing !== undefined ? newFlagLines(listing) : []),
    ...bucketingLines(from?.environments.get(id), listing, now?.safe ?? ''),
    ...shifts.filter((shift) => isNews(shift, here)).map((shift) => shiftLine(shift, now as Flag, id)),
  ];
  const key = (now ?? old)?.key ?? '';
  const measured = measuredIn(input.measured?.replays.get(id)?.get(key), input.sample);
  const eventually = measuredIn(input.measured?.eventual.get(id)?.get(key), input.sample);
  const isMoved = measured !== undefined && (lines.length > 0 || measured.pairs.length > 0);
  if (isMoved && lines.length === 0 && now !== undefined && changes.length === 0)
    lines.push(followLine(now, id, input.changed));
  const { project } = sides.before;
  return {
    environment: id,
    protected: [project, sides.after.project].some(({ environments }) =>
      environments.some((one) => one.id === id && one.protected),
    ),
    changes: lines,
    shifts: shifts.map(shiftDocument),
    assumptions: lines.length === 0 ? [] : assumptionsOf(shifts, now, id),
    ...(isMoved ? { measured } : {}),
    ...(eventually === undefined ? {} : { eventually }),
  };
}

function measuredIn(replayed: Replay | undefined, sample: Sample | undefined): Measurement | undefined {
  return replayed === undefined || sample === undefined ? undefined : measurementOf(replayed, sample);
}

/** What a rule that comes or goes does to its own people is told by its own line already, unless shares are drawn. */
function isNews({ rule, units }: Shift, here: readonly EnvironmentChange[]): boolean {
  if (rule === undefined) return true;
  const told = here.find((change) => 'rule' in change && change.rule === rule && isWhole(change.kind));
  return told === undefined || units.length > 0;
}

function isWhole(kind: string): boolean {
  return kind === 'rule-added' || kind === 'rule-removed';
}

function assumptionsOf(shifts: readonly Shift[], now: Flag | undefined, id: string): string[] {
  if (shifts.length === 0) return [];
  const units = [...new Set(shifts.flatMap((shift) => shift.units))];
  const rules = now?.environments.get(id)?.rules.length ?? 0;
  return [
    ...(units.length === 0 ? [] : [`that everyone has ${listed(units, 'and')}`]),
    ...(rules === 0 ? [] : ['that nobody is in two rules']),
    ...((now?.requires.length ?? 0) === 0 ? [] : ['that what the flag requires is so']),
    ...(now?.environments.get(id)?.rollout === undefined ? [] : ['that the rollout has not begun']),
  ];
}
