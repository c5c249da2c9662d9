import { type Content, contentOf, type Head } from './head.js';
import { without } from './taken-back.js';

/**
 * The head without what kept a commit back there, and what comes of it, where a person's word is all that is missing: a wave
 * took it back, or it waits for the end of a freeze. `undefined` where neither is so.
 */
export function afterWord(
  head: Head,
  commit: string,
): { readonly head: Head; readonly content: Content } | undefined {
  const { held, takenBack, ...rest } = head;
  if (held?.why === 'rolled-back' && held.revision === commit) {
    const { waiting: _, ...free } = rest;
    const forgotten = [held.hash, ...(held.again ?? [])];
    return { head: { ...free, ...without(takenBack, forgotten) }, content: contentOf(held) };
  }
  const { waiting, ...free } = head;
  if (waiting?.why !== 'freeze' || waiting.revision !== commit) return undefined;
  return { head: free, content: contentOf(waiting) };
}

/** Where a judged commit would begin at once by a person's word. */
export function keptBackIn(heads: readonly Head[], commit: string): readonly string[] {
  const here = heads.filter((head) => !head.removed && afterWord(head, commit) !== undefined);
  return here.map(({ environment }) => environment);
}
