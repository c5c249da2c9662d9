import type { Paint } from '../output/paint.js';
import { printable } from '../output/paint.js';
import { listed, measuredPercent } from './figures.js';
import type { EstimatedMoves } from './plan-document.js';

/** What a change does to the evaluations that a server counted, for a terminal. */
export function estimatedLines(
  { changed, pairs, evaluations, atMost, unknowns }: EstimatedMoves,
  paint: Paint,
): string[] {
  const range = ({ low, high }: { low: number; high: number }) =>
    paint.dim(`(${measuredPercent(low)} to ${measuredPercent(high)})`);
  const head =
    pairs.length === 0
      ? `${paint.bold('estimated')}: no evaluation is certain to be answered otherwise`
      : `${paint.bold('estimated')}: ${paint.bold(measuredPercent(changed.percent))} of ${evaluations} evaluations would be answered otherwise ${range(changed)}`;
  return [
    `    ${unknowns.length === 0 && pairs.length === 0 ? `${paint.green('estimated')}: no evaluation would be answered otherwise` : head}`,
    ...pairs.map(
      (pair) =>
        `      ${printable(`${pair.from} → ${pair.to}`)}  ${measuredPercent(pair.percent)} ${range(pair)}`,
    ),
    ...(unknowns.length === 0
      ? []
      : [`      at most ${measuredPercent(atMost)}; not known is ${printable(listed(unknowns, 'and', 20))}`]),
  ];
}
