import type { PrometheusGuard } from '@guidon/engine/model';
import type { JudgedGuard, PrometheusSample } from '@guidon/policy/guards';
import type { RolloutState } from '@guidon/policy/rollout';
import type { Clock } from '../../kernel/clock/index.js';
import type { Transactions } from '../../kernel/database/index.js';
import type { StoredRollout } from '../rollout.repository.js';
import type { PrometheusClient } from './prometheus-client.js';
import { readSamples, writeSample } from './prometheus-samples.js';

export interface PrometheusGuardsParts {
  readonly transactions: Transactions;
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Absent: no address is configured. */
  readonly client: Pick<PrometheusClient, 'query'> | undefined;
}

export type Samples = ReadonlyMap<string, readonly PrometheusSample[]>;

/** As often as SDKs report. */
const EVERY_MS = 10_000;
/** Beyond the time that a limit has to be broken for. */
const KEPT_MS = 3_600_000;
/** A failure that goes away by itself is none that takes anything back. */
const PATIENCE_MS = 60_000;

const NO_ADDRESS = 'GUIDON_PROMETHEUS_URL is not set, so there is nobody to ask.';

/** Asks Prometheus for the external guards of a plan and keeps what it says. */
export class PrometheusGuards {
  constructor(private readonly parts: PrometheusGuardsParts) {}

  /** Of every guard that was not asked for a while, all at once. Never throws for Prometheus, only for the database. */
  async ask(row: StoredRollout): Promise<void> {
    const guards = prometheusGuards(row.state);
    if (guards.length === 0) return;
    const nowMs = this.parts.clock.nowMs();
    const known = await this.of(row, nowMs - EVERY_MS + 1);
    const due = guards.filter(({ id }) => (known.get(id) ?? []).length === 0);
    await Promise.all(due.map((guard) => this.#ask(row, guard, nowMs)));
  }

  of(row: StoredRollout, sinceMs: number): Promise<Samples> {
    return this.parts.transactions.run((manager) => readSamples(manager, row, sinceMs));
  }

  async #ask(row: StoredRollout, { id, query, forMs }: PrometheusGuard, atMs: number): Promise<void> {
    const { client, transactions } = this.parts;
    const sample: PrometheusSample =
      client === undefined ? { atMs, kind: 'failed', why: NO_ADDRESS } : await client.query(query, atMs);
    const kept = { guard: id, sample, keptMs: KEPT_MS + 2 * forMs };
    await transactions.run((manager) => writeSample(manager, row, kept));
  }
}

export function prometheusGuards({ terms }: Pick<RolloutState, 'terms'>): readonly PrometheusGuard[] {
  return terms.plan.guards.filter((guard) => guard.type === 'prometheus');
}

/**
 * What a guard says that has had no usable answer for as long as a bad one would have to last, and a minute at least: what its
 * plan wants in that case. Until then it only holds the rollout. Pure.
 */
export function withoutAnswer(
  judged: readonly JudgedGuard[],
  {
    state,
    samples,
    nowMs,
  }: { readonly state: RolloutState; readonly samples: Samples; readonly nowMs: number },
): readonly JudgedGuard[] {
  const rules = new Map(prometheusGuards(state).map((guard) => [guard.id, guard]));
  return judged.map((guard) => {
    const rule = rules.get(guard.id);
    if (rule === undefined || guard.verdict === 'pass' || guard.verdict === 'fail') return guard;
    const given = samples.get(guard.id) ?? [];
    const usable = given.findLast(isUsable)?.atMs ?? given[0]?.atMs ?? nowMs;
    const silentMs = nowMs - usable;
    // Who has stopped already needs no second reason to stop.
    const isStopped = state.phase === 'paused' && rule.onError === 'pause';
    if (isStopped || state.stage < 0 || silentMs < Math.max(PATIENCE_MS, rule.forMs)) return guard;
    const reason = `No usable answer for ${Math.round(silentMs / 1000)} s: ${guard.reason}`;
    return { ...guard, verdict: 'fail', cause: 'no-data', onAlarm: rule.onError, reason };
  });
}

function isUsable(sample: PrometheusSample): boolean {
  return sample.kind === 'values' && sample.values.length > 0 && !sample.values.some(Number.isNaN);
}
