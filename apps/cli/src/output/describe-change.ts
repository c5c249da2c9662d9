import type { FlagChange } from '@guidon/engine/diff';
import type { Outcome, RolloutIntent } from '@guidon/engine/model';

/** What a change means, in half a sentence; of one environment where it concerns one. */
export function describeChange(change: FlagChange): string {
  switch (change.kind) {
    case 'flag-added':
      return 'comes back';
    case 'flag-removed':
      return 'is not there: applications get the default in their code';
    case 'archived':
      return `is archived and serves ${change.serve} everywhere`;
    case 'unarchived':
      return 'is no longer archived';
    case 'safe':
      return `safe: ${change.from} → ${change.to}`;
    case 'variants':
      return describeVariants(change);
    case 'requires':
      return 'requires other flags or variants';
    case 'details':
      return `${change.fields.join(', ')}: changes, and nothing that is served by it`;
    default:
      return describeInEnvironment(change);
  }
}

function describeVariants(change: Extract<FlagChange, { kind: 'variants' }>): string {
  const parts = [
    ...change.added.map((name) => `+${name}`),
    ...change.removed.map((name) => `-${name}`),
    ...change.changed.map((name) => `${name} has another value`),
  ];
  return `variants: ${parts.join(', ')}`;
}

function describeInEnvironment(change: Extract<FlagChange, { environment: string }>): string {
  switch (change.kind) {
    case 'rest':
      return `everyone else: ${describeOutcome(change.from)} → ${describeOutcome(change.to)}`;
    case 'rule-added':
      return `rule ${change.rule} comes back and serves ${describeOutcome(change.outcome)}`;
    case 'rule-removed':
      return `rule ${change.rule} goes, which serves ${describeOutcome(change.outcome)}`;
    case 'rule-moved':
      return `rule ${change.rule} stands elsewhere in the order`;
    case 'rule-condition':
      return `rule ${change.rule} takes others`;
    case 'rule-bucketing':
      return `rule ${change.rule} draws its share in another way`;
    case 'rule-percent':
      return `rule ${change.rule}: ${change.from} % → ${change.to} %`;
    case 'rule-outcome':
      return `rule ${change.rule}: ${describeOutcome(change.from)} → ${describeOutcome(change.to)}`;
    case 'rollout':
      return `rollout: ${describeRollout(change.from)} → ${describeRollout(change.to)}`;
    case 'segment':
      return `segment ${change.segment} takes others`;
  }
}

export function describeOutcome(outcome: Outcome): string {
  if ('serve' in outcome) return outcome.serve;
  const total = outcome.split.arms.reduce((sum, [, weight]) => sum + weight, 0);
  const arms = outcome.split.arms.map(([name, weight]) => `${name} ${(weight * 100) / total} %`);
  return arms.join(', ');
}

function describeRollout(rollout: RolloutIntent | undefined): string {
  if (rollout === undefined) return 'none';
  return `to ${describeOutcome(rollout.to)}${rollout.planName === undefined ? '' : ` by ${rollout.planName}`}`;
}
