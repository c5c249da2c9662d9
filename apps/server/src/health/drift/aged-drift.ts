import type { DriftDocument } from '@guidon/protocol';
import { seconds } from './drift-facts.js';

/** It is read every five seconds; after so long something keeps it from being read. */
const UNKNOWN_AFTER_MS = 30_000;

/** A document that was read a while ago, as it has to be told now: nothing in it may look younger than it is. */
export function agedDrift(document: DriftDocument, nowMs: number): DriftDocument {
  const ageMs = nowMs - Date.parse(document.at);
  const more = seconds(ageMs);
  const { desired, judged } = document;
  const aged = {
    ...document,
    desired: {
      ...desired,
      ...(desired.seenSecondsAgo === undefined ? {} : { seenSecondsAgo: desired.seenSecondsAgo + more }),
    },
    ...(judged === undefined ? {} : { judged: { ...judged, secondsAgo: judged.secondsAgo + more } }),
  };
  if (ageMs < UNKNOWN_AFTER_MS) return aged;
  const unknown = `Nothing is known since ${document.at}: the database does not answer.`;
  return { ...aged, inSync: false, reasons: [unknown, ...document.reasons] };
}
