import { DEATHS_TO_QUARANTINE } from '../constants.js';
import { byAge, type Generation, isGood, proofOf, type Quarantine } from './generation.js';
import { retain } from './retention.js';

export interface Ledger {
  /** What is kept, oldest first. */
  readonly generations: readonly Generation[];
  /** Deaths in a row, by hash. */
  readonly deaths: ReadonlyMap<string, number>;
  /** Not used again until something newer has come. Empty where no good generation is kept. */
  readonly quarantined: readonly Quarantine[];
  /** Hash of what this process serves. */
  readonly inUse: string | undefined;
}

export type LedgerEvent =
  /** It is in use from now on. */
  | {
      readonly type: 'applied';
      readonly ruleset: Omit<Generation, 'order' | 'servedMs'>;
      readonly from: 'network' | 'disk';
    }
  /** What is in use has been so for this long more. */
  | { readonly type: 'clock'; readonly ms: number }
  /** A process was found to have died on it; `times` in a row by now. */
  | { readonly type: 'died'; readonly ruleset: Quarantine; readonly times: number }
  /** This process has lived long enough with what is in use, or ended as it should. */
  | { readonly type: 'cleared' }
  /** What is stored of it is damaged or cannot be used by this release. */
  | { readonly type: 'refused'; readonly hash: string };

/** What became of one ruleset, and why, for people. */
export interface Told {
  readonly what: 'dropped' | 'quarantined' | 'lifted' | 'kept';
  readonly hash: string;
  readonly generation: number;
  readonly why: string;
}

export interface LedgerStep {
  readonly ledger: Ledger;
  readonly told: readonly Told[];
}

export const EMPTY: Ledger = { generations: [], deaths: new Map(), quarantined: [], inUse: undefined };

/** The ledger of what was found on disk, whatever processes wrote there at the same time. */
export function open(generations: readonly Generation[], quarantined: readonly Quarantine[]): LedgerStep {
  const barred = new Set(quarantined.map(({ hash }) => hash));
  const usable = generations.filter(({ hash }) => !barred.has(hash)).sort(byAge);
  return settle({ ...EMPTY, generations: usable, quarantined }, []);
}

/** What is kept after an event, what is dropped, and why. Pure and total. */
export function follow(ledger: Ledger, event: LedgerEvent): LedgerStep {
  switch (event.type) {
    case 'applied':
      return applied(ledger, event);
    case 'clock': {
      const { inUse } = ledger;
      const ms = Math.max(0, event.ms);
      const generations = ledger.generations.map((one) =>
        one.hash === inUse ? { ...one, servedMs: one.servedMs + ms } : one,
      );
      return settle({ ...ledger, generations }, []);
    }
    case 'cleared':
      return { ledger: { ...ledger, deaths: without(ledger.deaths, ledger.inUse) }, told: [] };
    case 'died':
      return died(ledger, event.ruleset, event.times);
    case 'refused': {
      const generations = ledger.generations.filter(({ hash }) => hash !== event.hash);
      const told = ledger.generations
        .filter(({ hash }) => hash === event.hash)
        .map((one) => tell('dropped', one, 'What is stored of it cannot be used.'));
      return settle({ ...ledger, generations }, told);
    }
  }
}

/** What to begin with: the youngest that is kept. What is in quarantine is not kept, so an older one is next. */
export function chooseStart(ledger: Ledger): Generation | undefined {
  return ledger.generations.at(-1);
}

/** The youngest good generation older than this one, which would be used instead of it. */
export function fallbackFor(ledger: Ledger, hash: string): Generation | undefined {
  const own = ledger.generations.find((one) => one.hash === hash);
  return ledger.generations.findLast(
    (one) => one.hash !== hash && isGood(one) && (own === undefined || one.order < own.order),
  );
}

function applied(ledger: Ledger, { ruleset, from }: Extract<LedgerEvent, { type: 'applied' }>): LedgerStep {
  if (ledger.quarantined.some(({ hash }) => hash === ruleset.hash)) return { ledger, told: [] };
  const before = ledger.generations.find(({ hash }) => hash === ruleset.hash);
  const isYoungest = from === 'network' && ledger.inUse !== ruleset.hash;
  const order = before === undefined || isYoungest ? nextOrder(ledger) : before.order;
  const now: Generation = { ...ruleset, order, servedMs: before?.servedMs ?? 0 };
  const told: Told[] = [];
  const others = ledger.generations.filter((one) => {
    if (one.hash === ruleset.hash) return false;
    if (one.environment === ruleset.environment) return true;
    told.push(
      tell('dropped', one, `It belongs to ${one.environment}, and the key to ${ruleset.environment}.`),
    );
    return false;
  });
  const quarantined = ledger.quarantined.filter((one) => {
    const isNewer = one.lineage !== ruleset.lineage || one.generation < ruleset.generation;
    if (from === 'disk' || !isNewer) return true;
    told.push(tell('lifted', one, 'Something newer has come.'));
    return false;
  });
  const generations = [...others, now].sort(byAge);
  return settle({ ...ledger, generations, quarantined, inUse: ruleset.hash }, told);
}

function died(ledger: Ledger, ruleset: Quarantine, times: number): LedgerStep {
  const { hash } = ruleset;
  const inARow = Math.max(times, ledger.deaths.get(hash) ?? 0);
  const counted = { ...ledger, deaths: new Map(ledger.deaths).set(hash, inARow) };
  if (inARow < DEATHS_TO_QUARANTINE) return { ledger: counted, told: [] };
  const keep = (why: string) => ({ ledger: counted, told: [tell('kept', ruleset, why)] });
  const own = ledger.generations.find((one) => one.hash === hash);
  if (own !== undefined && proofOf(own) === 'last-known-good')
    return keep('It was served well for ten minutes before, so that something else is to blame.');
  const fallback = fallbackFor(ledger, hash);
  if (fallback === undefined)
    return keep('No older generation is good, so that there is nothing to go back to.');
  const generations = ledger.generations.filter((one) => one.hash !== hash);
  const quarantined = [...ledger.quarantined.filter((one) => one.hash !== hash), ruleset];
  const deaths = without(counted.deaths, hash);
  const why = `The application died ${inARow} times in a row while it was new; generation ${fallback.generation} is good.`;
  return settle({ ...ledger, generations, quarantined, deaths }, [tell('quarantined', ruleset, why)]);
}

/** Lets go of what need not be kept, and of quarantines that would leave nothing to serve. */
function settle(ledger: Ledger, told: readonly Told[]): LedgerStep {
  const { kept, dropped } = retain(ledger.generations, ledger.inUse);
  const more = dropped.map(({ generation, why }) => tell('dropped', generation, why));
  const hasGood = kept.some(isGood);
  const lifted = hasGood ? [] : ledger.quarantined;
  more.push(...lifted.map((one) => tell('lifted', one, 'No good generation is left to serve instead.')));
  const quarantined = hasGood ? ledger.quarantined : [];
  return { ledger: { ...ledger, generations: kept, quarantined }, told: [...told, ...more] };
}

const nextOrder = ({ generations }: Ledger) => Math.max(0, ...generations.map(({ order }) => order)) + 1;

function tell(what: Told['what'], { hash, generation }: Quarantine, why: string): Told {
  return { what, hash, generation, why };
}

function without(deaths: ReadonlyMap<string, number>, hash: string | undefined): ReadonlyMap<string, number> {
  return new Map([...deaths].filter(([one]) => one !== hash));
}
