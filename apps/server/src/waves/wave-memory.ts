import { measureInstanceClustering, WAVE_SIGNALS, type WaveSignal } from '@guidon/policy/guards';
import type { InstanceTotals } from '../usage/index.js';
import type { RunningWave } from './wave-board.js';

/** What a ruleset is called in counts and reports. */
export function nameOf(ruleset: { readonly generation: number; readonly hash: string }): string {
  return `${ruleset.generation}.${ruleset.hash}`;
}

export type Arm = 'candidate' | 'control';
export type WavePhi = { readonly [S in WaveSignal]?: number };

/**
 * What was seen of one wave. A step of a rollout publishes both rulesets anew while the wave goes on: counts of the earlier
 * generations belong to the same arms. Clustering never shrinks, or old evidence would come back.
 */
export class WaveMemory {
  readonly #arms = new Map<string, Arm>();
  #phi: { [S in WaveSignal]?: number } = {};

  see({ candidate, stable }: RunningWave): void {
    this.#arms.set(nameOf(candidate), 'candidate');
    this.#arms.set(nameOf(stable), 'control');
  }

  /** The arm that a ruleset belongs to; `undefined` where it is of neither. */
  armOf(ruleset: { readonly generation: number; readonly hash: string }): Arm | undefined {
    return this.#arms.get(nameOf(ruleset));
  }

  /** Whether this generation was ever the candidate. */
  wasCandidate(generation: number): boolean {
    for (const [name, arm] of this.#arms)
      if (arm === 'candidate' && name.startsWith(`${generation}.`)) return true;
    return false;
  }

  /** Clustering over instances of each signal, at its highest so far. */
  measure(totals: readonly InstanceTotals[]): WavePhi {
    const arms = { candidate: this.#ofArm(totals, 'candidate'), control: this.#ofArm(totals, 'control') };
    for (const signal of WAVE_SIGNALS) {
      const phi = measureInstanceClustering({
        candidate: arms.candidate.map((counts) => armCounts(counts, signal)),
        control: arms.control.map((counts) => armCounts(counts, signal)),
      });
      if (phi !== undefined) this.#phi[signal] = Math.max(phi, this.#phi[signal] ?? 1);
    }
    return { ...this.#phi };
  }

  /** Totals by instance, over all generations of the arm. */
  #ofArm(totals: readonly InstanceTotals[], arm: Arm): readonly InstanceTotals[] {
    const sums = new Map<string, InstanceTotals>();
    for (const counts of totals) {
      if (this.armOf(counts) !== arm) continue;
      const before = sums.get(counts.instance);
      sums.set(counts.instance, before === undefined ? counts : addTotals(before, counts));
    }
    return [...sums.values()];
  }
}

function armCounts(counts: InstanceTotals, signal: WaveSignal) {
  return {
    exposures: signal === 'failedCalls' ? counts.calls : counts.evaluations,
    errors: counts[signal],
  };
}

function addTotals(a: InstanceTotals, b: InstanceTotals): InstanceTotals {
  return {
    ...a,
    evaluations: a.evaluations + b.evaluations,
    evaluationErrors: a.evaluationErrors + b.evaluationErrors,
    defaultsServed: a.defaultsServed + b.defaultsServed,
    calls: a.calls + b.calls,
    failedCalls: a.failedCalls + b.failedCalls,
  };
}

/** The memories of the waves that run; those of others are forgotten. */
export class WaveMemories {
  #memories = new Map<string, WaveMemory>();

  see(waves: readonly RunningWave[]): void {
    const memories = new Map<string, WaveMemory>();
    for (const wave of waves) {
      const memory = this.#memories.get(wave.waveId) ?? new WaveMemory();
      memory.see(wave);
      memories.set(wave.waveId, memory);
    }
    this.#memories = memories;
  }

  of(wave: RunningWave): WaveMemory {
    const memory = this.#memories.get(wave.waveId) ?? new WaveMemory();
    memory.see(wave);
    return memory;
  }
}
