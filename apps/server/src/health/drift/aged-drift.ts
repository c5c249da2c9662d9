import type { DriftDocument } from '@guidon/protocol';
import { seconds } from './drift-facts.js';

/** It is read every five seconds; after so long something keeps it from being read. */
const UNKNOWN_AFTER_MS = 30_000;

const AGES: ReadonlySet<string> = new Set(['secondsAgo', 'seenSecondsAgo', 'sinceSeconds']);

/** A document that was read a while ago, as it has to be told now: nothing in it may look younger than it is. */
export function agedDrift(document: DriftDocument, nowMs: number): DriftDocument {
  const ageMs = nowMs - Date.parse(document.at);
  const aged = older(document, seconds(ageMs)) as DriftDocument;
  if (ageMs < UNKNOWN_AFTER_MS) return aged;
  const unknown = `Nothing is known since ${document.at}: the database does not answer.`;
  return { ...aged, inSync: false, reasons: [unknown, ...document.reasons] };
}

/** The same with every age in it, however deep, greater by so many seconds. */
function older(value: unknown, by: number): unknown {
  if (Array.isArray(value)) return value.map((one) => older(one, by));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, it]) => [
    name,
    AGES.has(name) && typeof it === 'number' ? it + by : older(it, by),
  ]);
  return Object.fromEntries(entries);
}
