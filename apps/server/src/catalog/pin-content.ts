import { type Content, contentOf, type Head, nextGeneration, type Pin, positionsOf } from './head.js';
import { afterWaiting, bring, type Way } from './offer-content.js';
import { without } from './taken-back.js';

/** Serves earlier content to everybody at once; what Git asks for waits behind the pin. */
export function pinContent(head: Head, pin: Pin): Head {
  const wanted: Content = head.waiting ?? head.candidate ?? head;
  const kept = {
    ...(head.held === undefined ? {} : { held: head.held }),
    // Whoever pins to something wants it.
    ...without(head.takenBack, [pin.hash]),
    ...positionsOf(head),
  };
  const sentence = `The environment was pinned to ${pin.revision.slice(0, 12)}: ${pin.reason}`;
  const { environment, removed } = head;
  const served = { environment, removed, generation: nextGeneration(head), ...contentOf(pin), pin, ...kept };
  if (wanted.hash === pin.hash) return served;
  const waiting = {
    ...contentOf(wanted),
    why: 'pinned' as const,
    sentences: [sentence],
    sinceMs: pin.sinceMs,
    ...(head.waiting?.throughFreeze === true ? { throughFreeze: true as const } : {}),
  };
  return { ...served, waiting };
}

/**
 * Takes the pin away; what waited behind it comes as any change does, and what is held stays so. `undefined` when nothing
 * is pinned.
 */
export function unpinContent(head: Head, way: Way, nowMs: number): Head | undefined {
  if (head.pin === undefined) return undefined;
  const { pin: _, waiting, ...rest } = head;
  return waiting === undefined ? rest : bring(rest, afterWaiting(waiting, way), nowMs);
}
