import type { Flag } from '@guidon/engine/model';
import type { Head } from './head.js';
import type { LiveCatalog } from './live.js';
import { changedFlags } from './loading/changed-content.js';
import type { LoadOrder, ServedApart } from './loading/load-messages.js';
import type { NewestContent } from './newest-content.js';

/** What a commit is judged against beside the newest content: what is served otherwise, and where rollouts stand. */
export function judgedAgainst(
  parts: Parameters<typeof servedApart>[0],
  heads: readonly Pick<Head, 'positions'>[],
): Pick<LoadOrder & { readonly kind: 'judge' }, 'served' | 'positions'> {
  const positions = heads.flatMap((head) => head.positions ?? []);
  return { ...servedApart(parts), ...(positions.length === 0 ? {} : { positions }) };
}

/**
 * What everybody is served in protected environments where a wave, a hold or a pin keeps the newest content back: only
 * flags that differ from it, since few do.
 */
function servedApart({
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
