import { LiveHistory } from '@guidon/engine/load';
import type { Checkout } from '@guidon/git';

/**
 * How the flags came to be what they are at a commit, as a server would know it that had followed this branch from its
 * beginning and accepted every commit.
 */
export async function readPast(checkout: Checkout, commit: string): Promise<LiveHistory> {
  const past = new LiveHistory();
  const changes = await checkout.changesUpTo(commit);
  past.take(
    changes.map(({ commit: revision, path, before, after }) => ({
      ...{ revision, path, blob: after },
      ...(before === undefined ? {} : { before }),
    })),
  );
  return past;
}
