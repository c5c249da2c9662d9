/** What the note gives for a look at a planned end, by the two rates. */
export const PLANNED: { readonly [rates: string]: readonly [even: number, canary: number] } = {
  '0.001 0.002': [25_653, 12_694],
  '0.001 0.005': [3201, 1394],
  '0.001 0.01': [1155, 456],
  '0.01 0.015': [8456, 4317],
  '0.01 0.02': [2529, 1252],
  '0.01 0.05': [310, 135],
  '0.05 0.06': [8901, 4632],
  '0.05 0.1': [474, 235],
  '0.01 0.5': [12, 4],
};

/** Calls of the treatment that one look at a planned end needs for a power of 90 % at 5 %: planned, not simulated. */
export function plannedCalls(
  { from, to }: { readonly from: number; readonly to: number },
  share: number,
): number {
  const perControl = share / (1 - share);
  const both = share * to + (1 - share) * from;
  const wrong = 1.6448536 * Math.sqrt(both * (1 - both) * (1 + perControl));
  const missed = 1.2815516 * Math.sqrt(to * (1 - to) + perControl * from * (1 - from));
  return Math.ceil(((wrong + missed) / (to - from)) ** 2);
}
