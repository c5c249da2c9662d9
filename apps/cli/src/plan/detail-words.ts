import type { Flag } from '@guidon/engine/model';
import { listed, variant } from './figures.js';
import type { PlanLine } from './plan-document.js';

const LONGEST = 60;

/** What was and is written where nothing that is served depends on it. Waivers are told apart from it. */
export function detailWords(
  fields: readonly string[],
  old: Flag | undefined,
  now: Flag | undefined,
): string | undefined {
  const told = fields
    .filter((field) => field !== 'waive')
    .map((field) => `${field} ${valueWords(old, field)} → ${valueWords(now, field)}`);
  return told.length === 0 ? undefined : `${listed(told, 'and', 9)}: nothing that is served depends on it.`;
}

/** Which findings pass from now on, and why: somebody who reads the change must agree to that. */
export function waiverLines(old: Flag | undefined, now: Flag | undefined): PlanLine[] {
  const [before, after] = [old?.waive ?? new Map<string, string>(), now?.waive ?? new Map<string, string>()];
  const came = [...after].flatMap(([code, reason]): string[] => {
    const earlier = before.get(code);
    if (earlier === undefined) return [`Waives ${code} from now on: ${variant(reason)}.`];
    return earlier === reason
      ? []
      : [`Waives ${code} for another reason: ${variant(earlier)} → ${variant(reason)}.`];
  });
  const gone = now === undefined ? [] : [...before.keys()].filter((code) => !after.has(code));
  return [...came, ...gone.map((code) => `No longer waives ${code}.`)].map((text) => ({
    kind: 'waive',
    text,
  }));
}

function valueWords(flag: Flag | undefined, field: string): string {
  const value = (flag as { readonly [field: string]: unknown } | undefined)?.[field];
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return 'none';
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 3)}…` : text;
}
