import { type Standing, tagOf } from '../kernel/http/index.js';
import type { RevisionRecord } from './catalog.repository.js';
import type { Head } from './head.js';
import { revisionDocument } from './revision-document.js';

/** A revision as it was judged, and where it is served or pinned: what accepting it and going back to it change. */
export function revisionStanding(record: RevisionRecord, heads: readonly Head[]): Standing {
  const { servedIn, ...document } = revisionDocument(record, heads);
  const pinnedIn = heads
    .filter((head) => !head.removed && head.pin?.revision === record.commit)
    .map(({ environment }) => environment);
  const served = servedIn.length === 0 ? 'served nowhere' : `served in ${servedIn.join(', ')}`;
  const pinned = pinnedIn.length === 0 ? '' : ` and pinned in ${pinnedIn.join(', ')}`;
  return {
    tag: tagOf({ ...document, servedIn: [...servedIn].sort(), pinnedIn: pinnedIn.sort() }),
    what: `Revision ${record.commit.slice(0, 12)}`,
    now: `is ${record.state}, ${served}${pinned}`,
  };
}
