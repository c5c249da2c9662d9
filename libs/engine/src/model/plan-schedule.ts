import type { Plan } from './plan.js';
import { type Admission, nextAdmissible } from './time-windows.js';

export interface Schedule {
  /** The earliest instant at which each stage can be entered; undefined: none within thirteen months. */
  readonly entries: readonly (number | undefined)[];
  /** When the hold of the last stage is over. */
  readonly doneMs: number | undefined;
  /** Counted from the first stage on. */
  readonly deadlineMs?: number;
}

/**
 * When a plan can be where at the earliest, if nothing is found fault with and every approval is there in time. Whatever
 * grows does so inside of a window and outside of freezes; holds go on in both.
 */
export function scheduleOf(plan: Plan, fromMs: number, admission: Omit<Admission, 'windows'>): Schedule {
  const entries: (number | undefined)[] = [];
  let readyMs: number | undefined = fromMs;
  for (const { holdMs } of plan.stages) {
    const enteredMs: number | undefined =
      readyMs === undefined ? undefined : nextAdmissible(readyMs, { ...admission, windows: plan.windows });
    entries.push(enteredMs);
    readyMs = enteredMs === undefined ? undefined : enteredMs + holdMs;
  }
  const [first] = entries;
  const { deadlineMs } = plan;
  return {
    entries,
    doneMs: readyMs,
    ...(first === undefined || deadlineMs === undefined ? {} : { deadlineMs: first + deadlineMs }),
  };
}
