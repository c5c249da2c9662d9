import { LiveHistory } from '@guidon/engine/load';
import type { Checkout, FolderChange } from '@guidon/git';

/**
 * How the flags came to be what they are at a commit, as a server would know it that had followed this branch from its
 * beginning and accepted every commit.
 */
export async function readPast(checkout: Checkout, commit: string): Promise<LiveHistory> {
  return pastOf(await checkout.changesUpTo(commit), new Set());
}

/** The same without the versions (`path:blob`) that a server would have refused: those were no step of anything. */
export function pastOf(changes: readonly FolderChange[], refused: ReadonlySet<string>): LiveHistory {
  const past = new LiveHistory();
  past.take(
    changes.flatMap(({ commit: revision, path, before, after }) => {
      if (after !== undefined && refused.has(`${path}:${after}`)) return [];
      const known = before === undefined || refused.has(`${path}:${before}`) ? {} : { before };
      return [{ ...{ revision, path, blob: after }, ...known }];
    }),
  );
  return past;
}
