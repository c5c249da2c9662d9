const FIRST_MS = 15_000;
const LONGEST_MS = 60 * 60 * 1000;

/** How long to wait after so many failures in a row: doubled each time, at most an hour. */
export function backOffMs(attempts: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, attempts - 1));
}
