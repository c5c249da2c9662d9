import { ROLLOUT_PHASES } from '@guidon/protocol';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { StoredRollout } from './rollout.repository.js';

/** Where rollouts stand and what guards said, as the server that leads sees it. Labels are environments and closed lists. */
export class RolloutMetrics {
  #rollouts: readonly StoredRollout[] = [];
  readonly #alarms: Counter<'environment'>;

  constructor(registry: Registry) {
    const rollouts = () => this.#rollouts;
    new Gauge({
      name: 'guidon_rollouts',
      help: 'Rollouts by environment and phase. Shown by the server that leads.',
      labelNames: ['environment', 'phase'],
      registers: [registry],
      collect() {
        this.reset();
        for (const environment of new Set(rollouts().map((one) => one.environment)))
          for (const phase of ROLLOUT_PHASES) {
            const inPhase = rollouts().filter(
              (one) => one.environment === environment && one.state.phase === phase,
            );
            this.set({ environment, phase }, inPhase.length);
          }
      },
    });
    this.#alarms = new Counter({
      name: 'guidon_rollout_alarms_total',
      help: 'Alarms of guards that stopped a rollout or took it back. Counted by the server that led then.',
      labelNames: ['environment'],
      registers: [registry],
    });
  }

  /** What there is, as of the last look; nothing where another server leads. */
  tell(rollouts: readonly StoredRollout[]): void {
    this.#rollouts = rollouts;
  }

  alarm(environment: string): void {
    this.#alarms.inc({ environment });
  }
}
