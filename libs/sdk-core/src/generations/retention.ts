import { GENERATIONS_KEPT } from '../constants.js';
import { type Generation, proofOf } from './generation.js';

export interface Retained {
  readonly kept: readonly Generation[];
  readonly dropped: readonly { readonly generation: Generation; readonly why: string }[];
}

/**
 * Which of the generations, oldest first, are kept. One that was earned gives way to nothing but three younger ones that
 * were earned as well; a good one only to younger good ones; one that proved nothing is kept while it is in use, or for the
 * next start if it is the youngest. So five at most and what is in use, and never fewer good ones for want of a younger. Pure.
 */
export function retain(generations: readonly Generation[], inUse: string | undefined): Retained {
  const youngestFirst = [...generations].reverse();
  const ofProof = (proof: string) => youngestFirst.filter((one) => proofOf(one) === proof);
  const earned = ofProof('last-known-good');
  const good = ofProof('good');
  const trying = ofProof('trying');
  const room = Math.max(1, GENERATIONS_KEPT - earned.length);
  const tried = inUse === undefined ? trying[0] : trying.find(({ hash }) => hash === inUse);
  const why = new Map<Generation, string>();
  for (const one of earned.slice(GENERATIONS_KEPT)) why.set(one, 'Three younger ones are last known good.');
  for (const one of good.slice(room)) why.set(one, 'Younger ones are good.');
  for (const one of trying) if (one !== tried) why.set(one, 'It was replaced before it had proved anything.');
  // What is served stays, so that a restart finds it: it may be an old one that came back.
  for (const one of why.keys()) if (one.hash === inUse) why.delete(one);
  return {
    kept: generations.filter((one) => !why.has(one)),
    dropped: generations.flatMap((one) => {
      const reason = why.get(one);
      return reason === undefined ? [] : [{ generation: one, why: reason }];
    }),
  };
}
