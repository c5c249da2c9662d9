import type { Observation } from '@guidon/policy/rollout';
import { ROLLOUT_PHASES } from '@guidon/protocol';
import type { Counter, Registry } from 'prom-client';
import { declaredCounter, declaredGauge } from '../kernel/metrics/index.js';
import { VERDICTS } from './guard-figures.js';
import type { StoredRollout } from './rollout.repository.js';
import { figuresOf, type RolloutFigures } from './rollout-figures.js';

/** Where rollouts stand and what their guards say, as the server that leads sees it. */
export class RolloutMetrics {
  #rollouts: readonly StoredRollout[] = [];
  readonly #seen = new Map<string, Observation>();
  readonly #alarms: Counter<'environment' | 'action'>;

  constructor(registry: Registry, nowMs: () => number) {
    const running = () => figuresOf(this.#rollouts, this.#seen, nowMs());
    declaredGauge(registry, 'guidon_rollouts', (gauge) => {
      for (const environment of new Set(this.#rollouts.map((one) => one.environment)))
        for (const phase of ROLLOUT_PHASES)
          gauge.set({ environment, phase }, this.#countIn(environment, phase));
    });
    const perRollout = (
      name: 'guidon_rollout_percent' | 'guidon_rollout_stage_age_seconds' | 'guidon_rollout_data_age_seconds',
      figure: (of: RolloutFigures) => number | undefined,
    ) =>
      declaredGauge(registry, name, (gauge) => {
        for (const one of running()) {
          const value = figure(one);
          if (value !== undefined) gauge.set({ environment: one.environment, flag: one.flag }, value);
        }
      });
    perRollout('guidon_rollout_percent', ({ percent }) => percent);
    perRollout('guidon_rollout_stage_age_seconds', ({ stageAgeSeconds }) => stageAgeSeconds);
    perRollout('guidon_rollout_data_age_seconds', ({ dataAgeSeconds }) => dataAgeSeconds);
    declaredGauge(registry, 'guidon_guard_verdicts', (gauge) => {
      for (const { environment, guards } of running())
        for (const verdict of VERDICTS)
          gauge.inc({ environment, verdict }, guards.filter((one) => one.verdict === verdict).length);
    });
    declaredGauge(registry, 'guidon_guard_evidence_ratio', (gauge) => {
      for (const { environment, flag, guards } of running())
        for (const { id: guard, evidenceRatio } of guards)
          if (evidenceRatio !== undefined) gauge.set({ environment, flag, guard }, evidenceRatio);
    });
    this.#alarms = declaredCounter(registry, 'guidon_guard_alarms_total');
  }

  /** What there is, as of the last look; nothing where another server leads. */
  tell(rollouts: readonly StoredRollout[]): void {
    this.#rollouts = rollouts;
    const names = new Set(rollouts.map(({ environment, flag }) => `${environment}.${flag}`));
    for (const name of this.#seen.keys()) if (!names.has(name)) this.#seen.delete(name);
  }

  /** What was seen of one in the last look. */
  saw(
    { environment, flag }: { readonly environment: string; readonly flag: string },
    seen: Observation,
  ): void {
    this.#seen.set(`${environment}.${flag}`, seen);
  }

  alarm(environment: string, action: 'rollback' | 'pause'): void {
    this.#alarms.inc({ environment, action });
  }

  #countIn(environment: string, phase: string): number {
    return this.#rollouts.filter((one) => one.environment === environment && one.state.phase === phase)
      .length;
  }
}
