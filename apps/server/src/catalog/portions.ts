/** Cuts a list into portions of at most so many. */
export function* inPortions<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < list.length; from += size) yield list.slice(from, from + size);
}

/** Rows of history read in one go. */
export const MOST_CHANGES = 2000;

/** File contents written or read in one statement: short enough that a press never waits noticeably behind one. */
export const VERSIONS_AT_ONCE = 100;

/**
 * Gives everything else a turn. Awaiting is not enough: the embedded database answers within the same turn of the event
 * loop, so that a hundred statements in a row would keep a press waiting.
 */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
