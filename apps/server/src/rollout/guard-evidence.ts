import { GUARD_WINDOW_MS, type GuardInput, type GuardWindow, slowEdgeOf } from '@guidon/policy/guards';
import type { RolloutState } from '@guidon/policy/rollout';
import type { Clock } from '../kernel/clock/index.js';
import type { Transactions } from '../kernel/database/index.js';
import { EXPOSURES, type GuardWindows } from '../usage/index.js';
import type { PrometheusGuards, Samples } from './prometheus/prometheus-guards.js';
import type { StoredRollout } from './rollout.repository.js';
import { readSlowEdges, writeSlowEdge } from './slow-edges.js';
import { WindowMemory } from './window-memory.js';

/** What guards judge, as it is stored. */
export type Evidence = Pick<GuardInput, 'windows' | 'exposures' | 'slowEdges'> & {
  readonly prometheus: Samples;
  readonly newestDataMs?: number;
};

export interface GuardEvidenceParts {
  readonly transactions: Transactions;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly windows: Pick<GuardWindows, 'of' | 'flush' | 'lastWindowAt'>;
  readonly prometheus: Pick<PrometheusGuards, 'ask' | 'of'>;
}

/** Reads what is stored about a rollout since its evidence began. Throws when it cannot be read. */
export class GuardEvidenceReader {
  private readonly memory: WindowMemory;

  constructor(private readonly parts: GuardEvidenceParts) {
    // Asked through the parts each time, so that what stands behind it may change.
    this.memory = new WindowMemory({ of: (search) => parts.windows.of(search) });
  }

  /**
   * `fixes`: for a decision of the controller, who asks Prometheus and fixes what counts as slow. Whoever only looks sees what
   * there is.
   */
  async of(row: StoredRollout, { fixes }: { readonly fixes: boolean }): Promise<Evidence> {
    const { windows: stored, prometheus, clock } = this.parts;
    const { state } = row;
    await stored.flush();
    if (fixes) await prometheus.ask(row);
    const windows = await this.memory.of(row, clock.nowMs());
    const newestDataMs = newestOf(windows);
    return {
      windows,
      exposures: windows.get(EXPOSURES) ?? [],
      slowEdges: await this.slowEdges(row, fixes),
      prometheus: await prometheus.of(row, state.epochMs),
      ...(newestDataMs === undefined ? {} : { newestDataMs }),
    };
  }

  /** Above which a call is slow: fixed by the calls of the day before the rollout began, or of its control where there were none. */
  private async slowEdges(
    { environment, flag, state }: StoredRollout,
    fixes: boolean,
  ): Promise<ReadonlyMap<string, number>> {
    const guards = latencyGuards(state);
    if (guards.length === 0 || state.stage < 0) return new Map();
    const { transactions, windows } = this.parts;
    const name = { environment, flag, run: state.run };
    const known = await transactions.run((manager) => readSlowEdges(manager, name));
    const missing = guards.filter(({ id }) => !known.has(id));
    if (missing.length === 0 || !fixes) return known;
    const before = await windows.of({ environment, flag, sinceMs: state.epochMs - DAY_MS });
    const edges = new Map(known);
    for (const { id, outcome } of missing) {
      const edge = slowEdgeOf(bucketsOf(before.get(outcome) ?? []));
      if (edge === undefined) continue;
      edges.set(id, await transactions.run((manager) => writeSlowEdge(manager, name, { guard: id, edge })));
    }
    return edges;
  }
}

const DAY_MS = 24 * 60 * 60 * 1000;

function latencyGuards({ terms }: RolloutState) {
  return terms.plan.guards.filter((guard) => guard.type === 'latency');
}

/** Of the control: the new variant must not decide what is slow. */
function bucketsOf(windows: readonly GuardWindow[]): readonly number[] {
  const sums: number[] = [];
  for (const { control } of windows)
    control.buckets.forEach((count, index) => {
      sums[index] = (sums[index] ?? 0) + count;
    });
  return sums;
}

/** End of the newest window. */
function newestOf(windows: ReadonlyMap<string, readonly GuardWindow[]>): number | undefined {
  const starts = [...windows.values()].flat().map(({ fromMs }) => fromMs);
  return starts.length === 0 ? undefined : starts.reduce((a, b) => Math.max(a, b)) + GUARD_WINDOW_MS;
}
