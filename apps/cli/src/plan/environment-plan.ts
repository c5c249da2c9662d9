import type { EnvironmentChange, FlagChange } from '@guidon/engine/diff';
import { type Replay, type Shift, shiftsBetween } from '@guidon/engine/impact';
import { type Flag, type Rule, renamedRules } from '@guidon/engine/model';
import { bucketingLines } from './bucketing-words.js';
import { environmentWords, newFlagLines, type Sides } from './change-words.js';
import { type Estimated, estimatedMoves } from './estimate.js';
import { listed } from './figures.js';
import { followLine } from './follow-words.js';
import { type Measured, measurementOf, type Sample } from './measure.js';
import type { EnvironmentPlan, Measurement, PlanLine } from './plan-document.js';
import { changedValues, reachLines } from './reach-words.js';
import { rolloutPlan } from './rollout-plan.js';
import { shiftDocument, shiftLine } from './shift-words.js';
import type { Traffic } from './traffic.js';

/** What was compared, and what is known beside the files. */
export interface Setting {
  readonly sides: Sides;
  readonly measured: Measured | undefined;
  readonly sample: Sample | undefined;
  readonly estimated: Estimated | undefined;
  /** Keys of flags of which anything is written differently. */
  readonly changed: ReadonlySet<string>;
  readonly nowMs: number;
  readonly traffic: Traffic | undefined;
}

/** One flag in one environment. */
export interface Meeting {
  /** What shares are compared with: the earlier version, or the flag that this one was before it was renamed. */
  readonly from: Flag | undefined;
  readonly old: Flag | undefined;
  readonly now: Flag | undefined;
  readonly id: string;
}

/** What changes for whom in one environment; without `changes` and `measured` nothing does. */
export function environmentPlan(
  { from, old, now, id }: Meeting,
  changes: readonly FlagChange[],
  setting: Setting,
): EnvironmentPlan {
  const { sides, measured: known, sample, estimated: guesses, changed } = setting;
  const renamed = renamedRules(from?.environments.get(id), now?.environments.get(id));
  const here = changes.filter(
    (change): change is EnvironmentChange =>
      'environment' in change && change.environment === id && !isRename(change, renamed),
  );
  const shifts = from === undefined || now === undefined ? [] : shiftsBetween(from, now, id);
  const listing = now?.environments.get(id);
  const lines = [
    ...renameLines(old === undefined ? new Map() : renamed),
    ...here.flatMap((change) => environmentWords(change, sides) ?? []),
    ...(old === undefined && listing !== undefined ? newFlagLines(listing) : []),
    ...bucketingLines(from?.environments.get(id), listing, now?.safe ?? ''),
    ...shifts.filter((shift) => isNews(shift, here)).map((shift) => shiftLine(shift, now as Flag, id)),
  ];
  const key = (now ?? old)?.key ?? '';
  const values = changedValues(changes);
  const measured = measuredIn(known?.replays.get(id)?.get(key), sample, values);
  const eventually = measuredIn(known?.eventual.get(id)?.get(key), sample, values);
  const guess = guesses?.get(id)?.get(key);
  const isMoved = measured !== undefined && (lines.length > 0 || measured.pairs.length > 0);
  // Counts of a server say which variant was served, so they know nothing of what only gets another value.
  const isGuessed = guess !== undefined && (lines.length > 0 || guess.atMost > 0);
  if ((isMoved || isGuessed) && lines.length === 0 && now !== undefined && changes.length === 0)
    lines.push(followLine(now, id, changed));
  const { project } = sides.before;
  const isGuarded = [project, sides.after.project].some(({ environments }) =>
    environments.some((one) => one.id === id && one.protected),
  );
  if (isGuarded) lines.push(...reachLines(changes, from, now, id));
  return {
    environment: id,
    protected: isGuarded,
    changes: lines,
    shifts: shifts.map(shiftDocument),
    ...rolloutOf({ from, old, now, id }, here, setting),
    assumptions: lines.length === 0 ? [] : assumptionsOf(shifts, now, id),
    ...(isMoved ? { measured } : {}),
    ...(eventually === undefined ? {} : { eventually }),
    ...(isGuessed ? { estimated: estimatedMoves(guess) } : {}),
  };
}

/** The stages, where a rollout comes or says something else than before. */
function rolloutOf(
  { old, now, id }: Meeting,
  here: readonly EnvironmentChange[],
  { sides, nowMs, traffic }: Setting,
): Pick<EnvironmentPlan, 'rollout'> {
  const to = now?.environments.get(id)?.rollout;
  if (to === undefined || !(old === undefined || here.some(({ kind }) => kind === 'rollout'))) return {};
  const from = old?.environments.get(id)?.rollout;
  const heard = traffic?.get(id);
  const perHour = heard?.perHour.get(now?.key ?? '');
  const counted = {
    ...(perHour === undefined ? {} : { perHour }),
    ...(heard?.outcomes === undefined ? {} : { outcomes: heard.outcomes }),
  };
  return {
    rollout: rolloutPlan({ from, to }, { environment: id, project: sides.after.project, nowMs, ...counted }),
  };
}

/** What comes and goes under two names is one rule. */
function isRename(change: EnvironmentChange, renamed: ReadonlyMap<string, Rule>): boolean {
  if (change.kind === 'rule-added') return renamed.has(change.rule);
  return change.kind === 'rule-removed' && [...renamed.values()].some(({ id }) => id === change.rule);
}

function renameLines(renamed: ReadonlyMap<string, Rule>): PlanLine[] {
  return [...renamed].map(([rule, { id }]) => ({
    ...{ kind: 'rule-renamed', rule },
    text: `Rule ${id} is called ${rule} now and takes the same people.`,
  }));
}

function measuredIn(
  replayed: Replay | undefined,
  sample: Sample | undefined,
  values: ReadonlySet<string>,
): Measurement | undefined {
  return replayed === undefined || sample === undefined
    ? undefined
    : measurementOf(replayed, { ...sample, values });
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
