const DAY_MS = 86_400_000;

/** The day that lies so many days ahead, as a file has it: `2027-02-01`. */
export function dayAhead(nowMs: number, days: number): string {
  return new Date(nowMs + days * DAY_MS).toISOString().slice(0, 10);
}
