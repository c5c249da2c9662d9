import { completesRollout } from '@guidon/engine/load';
import { inCodePointOrder, type Snapshot } from '@guidon/engine/model';

/** What is taken on trust in a checkout: that the rollouts which a change takes out as completed have got that far. */
export function completionWords(before: Snapshot | undefined, after: Snapshot | undefined): string[] {
  if (before === undefined || after === undefined) return [];
  const guarded = after.project.environments.filter((one) => one.protected).map(({ id }) => id);
  const completed = [...after.flags.values()]
    .filter((flag) => guarded.some((id) => completesRollout(before.flags.get(flag.key), flag, id)))
    .map(({ key }) => key);
  if (completed.length === 0) return [];
  const named = inCodePointOrder(new Set(completed)).slice(0, 5).join(', ');
  const more = completed.length > 5 ? ' and others' : '';
  return [
    `The rollout of ${named}${more} counts as completed; whether it has reached everyone is what the server knows, and it refuses the change otherwise.`,
  ];
}
