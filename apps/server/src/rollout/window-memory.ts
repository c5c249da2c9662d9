import type { GuardWindow } from '@guidon/policy/guards';
import type { GuardWindows } from '../usage/index.js';
import type { StoredRollout } from './rollout.repository.js';

type Windows = ReadonlyMap<string, readonly GuardWindow[]>;

interface Kept {
  readonly sinceMs: number;
  readonly readAllMs: number;
  readonly windows: Windows;
}

/** What is older hardly changes: a report that comes so late is marked and left out of decisions. */
const RECENT_MS = 15 * 60_000;
/** A database that was away gets counts that waited for it; so often everything is read anew. */
const ALL_AGAIN_MS = 5 * 60_000;
const MOST_KEPT = 200;

/** Windows of rollouts, of which a look reads only the recent ones: a rollout of a week has tens of thousands. */
export class WindowMemory {
  readonly #kept = new Map<string, Kept>();

  constructor(private readonly stored: Pick<GuardWindows, 'of'>) {}

  async of({ environment, flag, state }: StoredRollout, nowMs: number): Promise<Windows> {
    const key = JSON.stringify([environment, flag]);
    const sinceMs = state.epochMs;
    const kept = this.#kept.get(key);
    const isUsable =
      kept?.sinceMs === sinceMs && nowMs - kept.readAllMs < ALL_AGAIN_MS && nowMs >= kept.readAllMs;
    const fromMs = isUsable ? Math.max(sinceMs, nowMs - RECENT_MS) : sinceMs;
    const read = await this.stored.of({ environment, flag, sinceMs: fromMs });
    const windows = isUsable ? joined(kept.windows, read, fromMs) : read;
    this.#kept.delete(key);
    this.#kept.set(key, { sinceMs, windows, readAllMs: isUsable ? kept.readAllMs : nowMs });
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > MOST_KEPT && oldest.done !== true) this.#kept.delete(oldest.value);
    return windows;
  }
}

function joined(kept: Windows, recent: Windows, fromMs: number): Windows {
  const outcomes = new Set([...kept.keys(), ...recent.keys()]);
  return new Map(
    [...outcomes].map((outcome) => [
      outcome,
      [
        ...(kept.get(outcome) ?? []).filter((window) => window.fromMs < fromMs),
        ...(recent.get(outcome) ?? []),
      ],
    ]),
  );
}
