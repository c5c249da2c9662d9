import type { Shift } from '@guidon/engine/impact';
import type { Flag } from '@guidon/engine/model';
import { people } from './condition-words.js';
import { factor, percent, variant } from './figures.js';
import type { PlanLine, PlanShift } from './plan-document.js';

/** How a share moves, in one sentence: `on for 10 % → 100 % of everyone else: ten times as many`. */
export function shiftLine(shift: Shift, flag: Flag, environment: string): PlanLine {
  const rule = flag.environments.get(environment)?.rules.find(({ id }) => id === shift.rule);
  const rules = flag.environments.get(environment)?.rules.length ?? 0;
  const everyone = rules === 0 ? 'everyone' : 'everyone else';
  const who = shift.rule === undefined ? everyone : 'them';
  const head =
    shift.rule === undefined
      ? ''
      : `Rule ${shift.rule}${rule === undefined ? '' : `, ${people(rule.when)}`}: `;
  const kind = shift.rule === undefined ? 'rest' : 'rule-share';
  return {
    kind,
    ...(shift.rule === undefined ? {} : { rule: shift.rule }),
    text: capital(`${head}${movementWords(shift, flag.safe, who)}.`),
  };
}

function movementWords(shift: Shift, safe: string, who: string): string {
  const certain = certainMove(shift);
  if (certain !== undefined)
    return `${who === 'them' ? 'they' : who} get${who === 'them' ? '' : 's'} ${variant(certain.to)} instead of ${variant(certain.from)}`;
  const moving = [...new Set([...shift.after.keys(), ...shift.before.keys()])].filter((name) => {
    const [from, to] = [shift.before.get(name) ?? 0, shift.after.get(name) ?? 0];
    return Math.abs(to - from) > 1e-4;
  });
  if (moving.length === 0)
    return `the same shares of ${who}, but drawn anew: ${percent(shift.moved)} of ${who} change sides`;
  const told = moving.filter((name) => name !== safe);
  const net = told.map((name) => grown(name, shift, who));
  return `${net.join('; ')}${sidesWords(shift, moving)}`;
}

/** Everybody there has one variant and gets another. */
function certainMove({ pairs }: Shift): { from: string; to: string } | undefined {
  const [only] = pairs;
  return pairs.length === 1 && only !== undefined && only.percent > 99.9999 ? only : undefined;
}

function grown(name: string, { before, after }: Shift, who: string): string {
  const [from, to] = [before.get(name) ?? 0, after.get(name) ?? 0];
  const times = factor(from, to);
  return `${variant(name)} for ${percent(from)} → ${percent(to)} of ${who}${times === '' ? '' : `, ${times}`}`;
}

/** Said only where more change sides than the growth itself needs. */
function sidesWords({ moved, before, after }: Shift, moving: readonly string[]): string {
  const needed = moving.reduce(
    (sum, name) => sum + Math.max(0, (after.get(name) ?? 0) - (before.get(name) ?? 0)),
    0,
  );
  return moved - needed < 0.01 ? '' : `, and ${percent(moved)} change sides in all`;
}

function capital(text: string): string {
  return /^(everyone|the same)/.test(text) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text;
}

export function shiftDocument({ rule, before, after, moved, pairs }: Shift): PlanShift {
  const shares = (map: ReadonlyMap<string, number>) =>
    Object.fromEntries([...map].map(([name, share]) => [name, rounded(share)]));
  return {
    ...(rule === undefined ? {} : { rule }),
    before: shares(before),
    after: shares(after),
    moved: rounded(moved),
    pairs: pairs.map(({ from, to, percent: share }) => ({ from, to, percent: rounded(share) })),
  };
}

export function rounded(value: number): number {
  return Number(value.toFixed(6));
}
