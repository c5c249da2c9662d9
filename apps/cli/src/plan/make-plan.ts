import { diffSnapshots, type FlagChange } from '@guidon/engine/diff';
import { type Flag, inCodePointOrder } from '@guidon/engine/model';
import { flagWords, type Sides } from './change-words.js';
import { waiverLines } from './detail-words.js';
import { environmentPlan, type Setting } from './environment-plan.js';
import type { Estimated } from './estimate.js';
import { faultsOf, judgePolicies } from './judge-policies.js';
import type { Revisions } from './load-revisions.js';
import type { Measured, Sample } from './measure.js';
import type {
  ContextsUsed,
  EnvironmentPlan,
  FlagPlan,
  PlanDocument,
  PlanLine,
  UsageUsed,
} from './plan-document.js';
import { type Renames, renamesIn } from './renames.js';
import { segmentPlans } from './segment-plans.js';
import type { Traffic } from './traffic.js';

export interface PlanInput {
  readonly revisions: Revisions;
  readonly measured?: Measured;
  readonly sample?: Sample;
  readonly contexts?: ContextsUsed;
  readonly estimated?: Estimated;
  readonly usage?: UsageUsed;
  readonly traffic?: Traffic;
  /** Absent: all. */
  readonly environments?: readonly string[];
  /** What only goes back, where that was asked. */
  readonly back?: ReadonlySet<string>;
  readonly nowMs: number;
  /** The folder of the flags as a reader would open it. */
  readonly prefix: string;
}

/** The difference of two revisions in words and shares, and what stands in its way. Pure. */
export function makePlan(input: PlanInput): PlanDocument {
  const { revisions, prefix } = input;
  const { comparison, before, wanted, judged } = revisions;
  const head = (verdict: PlanDocument['verdict']) => ({
    ...{ format: 1 as const, verdict },
    folder: prefix,
    base:
      comparison.base === undefined ? null : { commit: comparison.base.commit, name: comparison.base.name },
    ...(input.environments === undefined ? {} : { environments: input.environments }),
    compared: comparison.sentence,
    frozen: judged.frozen,
    holds: judged.holds,
    contexts: input.contexts ?? null,
    ...(input.usage === undefined ? {} : { usage: input.usage }),
  });
  if (wanted === undefined) {
    return { ...head('blocked'), blocks: faultsOf(judged.findings), segments: [], flags: [] };
  }
  const changes = diffSnapshots(before, wanted);
  const { blocks, waived } = judgePolicies({ ...input, wanted, changes });
  const sides = { before, after: wanted };
  const segments = segmentPlans(sides);
  const flags = flagsOf(changes, sides, input);
  return { ...head(blocks.length === 0 ? 'fine' : 'blocked'), blocks, waived, segments, flags };
}

/** Flags that say something else, and flags that are only met by what others say. */
function flagsOf(changes: readonly FlagChange[], sides: Sides, input: PlanInput): FlagPlan[] {
  const own = new Map<string, FlagChange[]>();
  for (const change of changes) own.set(change.flag, [...(own.get(change.flag) ?? []), change]);
  const looked = [...(input.measured?.replays.values() ?? []), ...(input.estimated?.values() ?? [])];
  const met = looked.flatMap((flags) => [...flags.keys()]);
  const { measured, sample, estimated, environments, revisions, nowMs, traffic } = input;
  const ids = environmentIds(sides).filter((id) => environments?.includes(id) ?? true);
  const renames = renamesIn(sides, revisions.files);
  const changed = new Set(own.keys());
  const setting = { sides, measured, sample, estimated, changed, ids, renames, nowMs, traffic };
  return inCodePointOrder(new Set([...own.keys(), ...met])).flatMap((key) => {
    const plan = flagPlan(key, own.get(key) ?? [], setting);
    return plan.changes.length === 0 && plan.environments.length === 0 ? [] : [plan];
  });
}

interface FlagSetting extends Setting {
  /** Environments to tell of. */
  readonly ids: readonly string[];
  readonly renames: Renames;
}

function flagPlan(key: string, changes: readonly FlagChange[], setting: FlagSetting): FlagPlan {
  const { sides, ids, renames } = setting;
  const [old, now] = [sides.before.flags.get(key), sides.after.flags.get(key)];
  const flag = (now ?? old) as Flag;
  const everywhere = changes
    .filter((change) => !('environment' in change))
    .flatMap((change): PlanLine[] => {
      const text = flagWords(change, sides);
      return text === undefined ? [] : [{ kind: change.kind, text }];
    });
  everywhere.push(...waiverLines(old, now));
  const origin = old === undefined ? renames(flag) : undefined;
  if (origin !== undefined) everywhere.push({ kind: 'renamed', text: renameWords(origin) });
  const from = origin ?? old;
  const environments = ids.flatMap((id): EnvironmentPlan[] => {
    const plan = environmentPlan({ from, old, now, id }, changes, setting);
    const { measured, estimated } = plan;
    return plan.changes.length === 0 && measured === undefined && estimated === undefined ? [] : [plan];
  });
  const status = statusOf(old, now, changes);
  const { path, owner, description } = flag;
  return { flag: key, path, owner, description, status, changes: everywhere, environments };
}

function statusOf(
  old: Flag | undefined,
  now: Flag | undefined,
  changes: readonly FlagChange[],
): FlagPlan['status'] {
  if (old === undefined) return 'added';
  if (now === undefined) return 'removed';
  return changes.some(({ kind }) => kind === 'archived') ? 'archived' : 'changed';
}

function renameWords(origin: Flag): string {
  return `The file is the one of ${origin.key} under another name: to applications a new flag. Where no salt is written down the name is the salt, so shares are drawn anew.`;
}

function environmentIds({ before, after }: Sides): string[] {
  return [...new Set([...after.project.environments, ...before.project.environments].map(({ id }) => id))];
}
