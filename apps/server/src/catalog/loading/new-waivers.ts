import type { Flag, Snapshot } from '@guidon/engine/model';
import type { Waiver } from './load-messages.js';

/** What a revision lets pass that was not let pass before, or for another reason. */
export function newWaivers(
  before: Snapshot | undefined,
  changed: readonly (readonly [key: string, flag: Flag])[],
): Waiver[] {
  return changed.flatMap(([flag, { waive }]) => {
    const known = before?.flags.get(flag)?.waive;
    return [...waive].flatMap(([code, reason]) =>
      known?.get(code) === reason ? [] : [{ flag, code, reason }],
    );
  });
}
