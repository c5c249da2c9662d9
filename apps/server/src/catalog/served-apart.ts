import type { Flag } from '@guidon/engine/model';
import type { LiveCatalog } from './live.js';
import { changedFlags } from './loading/changed-content.js';
import type { ServedApart } from './loading/load-messages.js';
import type { NewestContent } from './newest-content.js';

/**
 * What everybody is served in protected environments where a wave, a hold or a pin keeps the newest content back: only
 * flags that differ from it, since few do.
 */
export function servedApart({
  live,
  newest,
}: {
  readonly live: Pick<LiveCatalog, 'current'>;
  readonly newest: Pick<NewestContent, 'get' | 'snapshot'>;
}): { readonly served?: ServedApart } {
  const snapshot = newest.snapshot();
  const served = new Map<string, ReadonlyMap<string, Flag>>();
  for (const { id, protected: guarded } of snapshot?.project.environments ?? []) {
    const stable = live.current(id);
    if (!guarded || stable === undefined || stable.content.hash === newest.get(id)?.hash) continue;
    served.set(id, new Map(changedFlags(snapshot, stable.snapshot).set));
  }
  return served.size === 0 ? {} : { served };
}
