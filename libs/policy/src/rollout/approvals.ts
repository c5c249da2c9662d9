import type { Stage } from '@guidon/engine/model';
import type { RolloutApproval } from './rollout-event.js';
import type { RolloutState } from './rollout-state.js';

/**
 * Why an approval does not let this rollout into that stage; `undefined`: it does. It is for one plan, one
 * course of evidence, one stage and one text of the flag file, comes from the team that the stage names and from nobody who changed the file, and
 * lets it in once.
 */
export function whyNotApproved(
  state: RolloutState,
  stage: Stage,
  { approval, nowMs }: { readonly approval: RolloutApproval; readonly nowMs: number },
): string | undefined {
  const { by } = approval;
  if (stage.approval === undefined) return `Stage '${stage.id}' needs no approval.`;
  if (approval.stage !== stage.id) return `It is for stage '${approval.stage}', not for '${stage.id}'.`;
  if (approval.planHash !== state.terms.planHash)
    return 'It is for another plan: the plan was changed since.';
  if (approval.epochMs !== state.epochMs) return 'It was given before the last alarm or restart.';
  if (approval.blob !== state.file.blob)
    return 'It is for another text of the flag file: the file was changed since.';
  if (state.consumed.includes(approval.id)) return 'It was used before, and is good once.';
  if (approval.expiresMs !== undefined && nowMs >= approval.expiresMs) return 'It has expired.';
  if (state.file.authors.some((author) => isSameAddress(author, by)))
    return `${by} changed the flag file, so somebody else of ${stage.approval} must approve.`;
  if (!approval.teams.includes(stage.approval)) return `${by} is not a member of ${stage.approval}.`;
  return undefined;
}

function isSameAddress(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
