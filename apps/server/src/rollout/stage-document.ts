import { conditionText } from '@guidon/engine/explain';
import type { Condition, Stage } from '@guidon/engine/model';
import { hasEnded, type RolloutState } from '@guidon/policy/rollout';
import type { RolloutStageDocument } from '@guidon/protocol';

/** A stage in short: whom it takes. */
export function stageName({
  id,
  audience,
  parts,
}: Stage): Pick<RolloutStageDocument, 'id' | 'audience' | 'percent'> {
  return {
    id,
    ...(audience === undefined ? {} : { audience: audienceText(audience) }),
    ...(parts === undefined ? {} : { percent: parts / 1000 }),
  };
}

export function stageDocument(
  stage: Stage,
  { state, index }: { readonly state: RolloutState; readonly index: number },
): RolloutStageDocument {
  const { holdMs, approval, prove } = stage;
  const isBehind = index < state.stage || state.phase === 'completed';
  return {
    ...stageName(stage),
    holdMs,
    ...(approval === undefined ? {} : { approval }),
    ...(prove === undefined ? {} : { prove }),
    state: isBehind ? 'done' : index === state.stage && !hasEnded(state) ? 'current' : 'ahead',
  };
}

function audienceText(condition: Condition): string {
  switch (condition.op) {
    case 'all':
      return condition.of.map(nestedText).join(' and ');
    case 'any':
      return condition.of.map(nestedText).join(' or ');
    case 'not':
      return `not ${nestedText(condition.of)}`;
    default:
      return conditionText(condition);
  }
}

function nestedText(condition: Condition): string {
  const text = audienceText(condition);
  return condition.op === 'all' || condition.op === 'any' ? `(${text})` : text;
}
