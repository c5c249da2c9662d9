import { canonicalJson, type FlagEnvironment, type Outcome, type RolloutIntent } from '@guidon/engine/model';
import { differenceWords } from './bucketing-words.js';
import { instant, listed, percent, variant } from './figures.js';

export interface RolloutChange {
  readonly from: RolloutIntent | undefined;
  readonly to: RolloutIntent | undefined;
}

/** A rollout that comes, goes or changes. Its stages are shown by themselves. */
export function rolloutWords({ from, to }: RolloutChange, environment: FlagEnvironment | undefined): string {
  if (to === undefined && from !== undefined && isCompleted(from, environment))
    return `The rollout to ${named(from.to)} is taken out and everyone whom no rule takes gets ${named(from.to)}. How far it had come is not known here: a server accepts this only once it has reached everyone.`;
  if (to === undefined) {
    const rest = environment === undefined ? 'the safe variant' : named(environment.rest);
    return `The rollout${from === undefined ? '' : ` to ${named(from.to)}`} is taken out: everyone whom no rule takes gets ${rest}, at once.`;
  }
  const head = from === undefined ? 'Rolls out' : 'The rollout changes; it goes';
  const by = to.planName === undefined ? '' : ` by the plan ${to.planName}`;
  const start = to.startMs === undefined ? '' : `, not before ${instant(to.startMs)}`;
  const holdout =
    to.plan.holdoutParts === 0
      ? ''
      : ` ${percent(to.plan.holdoutParts / 1000)} are held out until it is done.`;
  const { length } = to.plan.stages;
  const stages = `in ${length} ${length === 1 ? 'stage' : 'stages'}`;
  const drawn = differenceWords(from?.bucketing, to.bucketing);
  const units = drawn === undefined ? '' : ` It is drawn ${drawn}`;
  return `${head} to ${named(to.to)}${by} ${stages}${start}.${holdout}${units}`;
}

function isCompleted(from: RolloutIntent, environment: FlagEnvironment | undefined): boolean {
  return environment !== undefined && canonicalJson(from.to) === canonicalJson(environment.rest);
}

function named(outcome: Outcome): string {
  if ('serve' in outcome) return variant(outcome.serve);
  return `a split over ${listed(
    outcome.split.arms.map(([name]) => variant(name)),
    'and',
  )}`;
}
