import type { FlagChange } from '@guidon/engine/diff';
import { type Flag, type FlagEnvironment, type Outcome, TOTAL_PARTS } from '@guidon/engine/model';
import { listed, percent, variant } from './figures.js';
import type { PlanLine } from './plan-document.js';

/**
 * Whom in one environment a change reaches that stands at the flag and concerns all of them: another value of a variant,
 * another `safe`, other requirements. Nobody there gets another variant by the first, but all the same something else.
 */
export function reachLines(
  changes: readonly FlagChange[],
  old: Flag | undefined,
  now: Flag | undefined,
  environment: string,
): PlanLine[] {
  if (old === undefined || now === undefined) return [];
  const here = environmentOf(now, environment);
  return changes.flatMap((change): PlanLine[] => {
    if (change.kind === 'variants') return change.changed.flatMap((name) => valueLine(name, now, here) ?? []);
    if (change.kind === 'safe') return present(safeLine(old, now, environment));
    return change.kind === 'requires' ? present(requirementLine(old, now, here)) : [];
  });
}

function present(line: PlanLine | undefined): PlanLine[] {
  return line === undefined ? [] : [line];
}

/** Names of variants that have another value, which replays tell by name only. */
export function changedValues(changes: readonly FlagChange[]): ReadonlySet<string> {
  return new Set(changes.flatMap((change) => (change.kind === 'variants' ? change.changed : [])));
}

function valueLine(name: string, flag: Flag, here: FlagEnvironment): PlanLine | undefined {
  const places = placesOf(here, (one) => one === name);
  if (places.length > 0)
    return {
      kind: 'variants',
      text: `The other value of ${variant(name)} reaches ${listed(places, 'and')}, at once.`,
    };
  if (name !== flag.safe) return undefined;
  return {
    kind: 'variants',
    text: `The other value of ${variant(name)}, which is safe, reaches whoever gets that: when the flag is killed or a requirement fails.`,
  };
}

/** Where the environment is not listed, everybody gets another variant, and the shares say so. */
function safeLine(old: Flag, now: Flag, environment: string): PlanLine | undefined {
  if (!now.environments.has(environment) || now.archived !== undefined) return undefined;
  const when = now.requires.length === 0 ? 'is killed' : 'is killed or what it requires is not so';
  return {
    kind: 'safe',
    text: `While the flag ${when}, everybody gets ${variant(now.safe)} here instead of ${variant(old.safe)}; so does whoever lacks what a split draws by.`,
  };
}

function requirementLine(old: Flag, now: Flag, here: FlagEnvironment): PlanLine | undefined {
  const places = placesOf(here, (name) => name !== now.safe);
  if (places.length === 0) return undefined;
  const gets = `what else than ${variant(now.safe)} is served here: to ${listed(places, 'and')}`;
  const text =
    now.requires.length === 0
      ? `Whoever got ${variant(old.safe)} because ${requiredWords(old)} was not so gets ${gets}.`
      : `By ${requiredWords(now)} it is decided now who gets ${gets}.`;
  return { kind: 'requires', text };
}

function requiredWords({ requires }: Flag): string {
  return listed(
    requires.map(({ flag, variants }) => `${flag} ${listed(variants.map(variant), 'or')}`),
    'and',
  );
}

function environmentOf(flag: Flag, environment: string): FlagEnvironment {
  if (flag.archived !== undefined) return { rules: [], rest: { serve: flag.archived.serve } };
  return flag.environments.get(environment) ?? { rules: [], rest: { serve: flag.safe } };
}

/** `rule north, 10 % of it`, `30 % of everyone else`: where such variants are served, in the order of the file. */
function placesOf({ rules, rollout, rest }: FlagEnvironment, asks: (variant: string) => boolean): string[] {
  const whole = rules.length === 0 && rollout === undefined ? 'everyone' : 'everyone else';
  const ruled = rules.flatMap(({ id, share, outcome }) => {
    const given = shareOf(outcome, asks) * ((share?.parts ?? TOTAL_PARTS) / TOTAL_PARTS);
    if (given === 0) return [];
    return [
      given > 99.9999 ? `all whom rule ${id} takes` : `${percent(given)} of those whom rule ${id} takes`,
    ];
  });
  const rolled =
    rollout !== undefined && shareOf(rollout.to, asks) > 0 ? ['whom the rollout has come to'] : [];
  const others = shareOf(rest, asks);
  if (others === 0) return [...ruled, ...rolled];
  return [...ruled, ...rolled, others > 99.9999 ? whole : `${percent(others)} of ${whole}`];
}

function shareOf(outcome: Outcome, asks: (variant: string) => boolean): number {
  if ('serve' in outcome) return asks(outcome.serve) ? 100 : 0;
  const { arms, total } = outcome.split;
  return arms.reduce((sum, [name, weight]) => sum + (asks(name) ? (weight / total) * 100 : 0), 0);
}
