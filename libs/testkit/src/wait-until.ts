import { setTimeout as pause } from 'node:timers/promises';

export interface WaitOptions {
  readonly timeoutMs?: number;
  readonly everyMs?: number;
  /** Ends the sentence "waited 5000 ms until …". */
  readonly what?: string;
}

/**
 * Polls until the condition gives something truthy and returns that. For end-to-end tests, where the other side is a
 * process; everything else injects a clock. An error thrown by the condition counts as "not yet" and is told at the end.
 */
export async function waitUntil<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 10_000, everyMs = 20, what = 'the condition held' }: WaitOptions = {},
): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value as NonNullable<T>;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() >= deadline) break;
    await pause(everyMs);
  }
  throw new Error(`waited ${timeoutMs} ms until ${what}, in vain`, { cause: last });
}
