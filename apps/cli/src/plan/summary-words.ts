import { count } from '../output/table.js';
import { listed } from './figures.js';
import type { PlanDocument } from './plan-document.js';

/** `2 flags change, 1 of them in a protected environment; 1 reason against it`. */
export function summaryOf({ flags, blocks, holds, waived = [], environments }: PlanDocument): string {
  const guarded = flags.filter(({ environments }) => environments.some((one) => one.protected)).length;
  const changed =
    flags.length === 0
      ? `no flag changes${environments === undefined ? '' : ` in ${listed(environments, 'or')}`}`
      : `${count(flags.length, 'flag')} ${flags.length === 1 ? 'changes' : 'change'}${guardedWords(flags.length, guarded)}`;
  const against =
    blocks.length === 0
      ? ''
      : `; ${count(blocks.length, 'reason')} against it${elsewhereWords(blocks, environments)}`;
  const excused = waived.length === 0 ? '' : `; ${count(waived.length, 'finding')} waived`;
  const waiting = holds.length === 0 ? '' : '; it would wait for a person after the merge';
  return `${changed}${against}${excused}${waiting}`;
}

/** Of an environment that was not asked for nothing is told but what stands in the way there. */
function elsewhereWords(blocks: PlanDocument['blocks'], environments: PlanDocument['environments']): string {
  const others = blocks.flatMap(({ environment }) =>
    environment === undefined || (environments?.includes(environment) ?? true) ? [] : [environment],
  );
  return others.length === 0 ? '' : `, of ${listed([...new Set(others)], 'and')}, which is not told of here`;
}

function guardedWords(flags: number, guarded: number): string {
  if (guarded === 0) return '';
  return flags === 1 ? ' in a protected environment' : `, ${guarded} of them in a protected environment`;
}

/** A file as a reader would open it. */
export function placeOf({ folder }: PlanDocument, path: string): string {
  return folder === '' ? path : `${folder}/${path}`;
}

/** Who goes where; whoever gets the same variant gets another value of it. */
export function pairName({ from, to }: { readonly from: string | null; readonly to: string | null }): string {
  return from === to ? `${sideName(to)}, with its other value` : `${sideName(from)} → ${sideName(to)}`;
}

/** A side of a pair: a variant, or what applications get where there is no such flag. */
export function sideName(variant: string | null): string {
  return variant ?? 'the default in the code';
}
