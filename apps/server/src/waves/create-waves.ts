import { isInWave } from '@guidon/policy/waves';
import type { RunningWave, WaveBoard, WaveMove } from './wave-board.js';

export interface MoveOnRecord {
  readonly move: WaveMove;
  readonly reason: string;
  readonly evidence: unknown;
  readonly actor: string;
  readonly atMs: number;
}

/** A board with one wave at most, kept in memory: for tests. */
export class FakeBoard implements WaveBoard {
  wave: RunningWave | undefined;
  readonly moves: MoveOnRecord[] = [];
  /** What everybody is to have once no wave is running. */
  #settled: RunningWave['stable'];

  constructor(
    wave: RunningWave,
    private readonly nowMs: () => number,
  ) {
    this.wave = wave;
    this.#settled = wave.stable;
  }

  running(): readonly RunningWave[] {
    return this.wave === undefined ? [] : [this.wave];
  }

  async move(
    { waveId, stage }: RunningWave,
    move: WaveMove,
    why: { reason: string; evidence: unknown; actor: string },
  ): Promise<'moved' | 'stale'> {
    const wave = this.wave;
    if (wave?.waveId !== waveId || wave.stage !== stage) return 'stale';
    this.moves.push({ move, ...why, atMs: this.nowMs() });
    if (move.kind === 'advance') this.wave = { ...wave, stage: move.stage, stageSinceMs: this.nowMs() };
    else {
      this.wave = undefined;
      // Rolling back publishes the old content under a higher generation.
      const again = { ...wave.stable, generation: wave.candidate.generation + 1 };
      this.#settled = move.kind === 'finish' ? wave.candidate : again;
    }
    return 'moved';
  }

  async admit({ waveId }: RunningWave, instanceId: string): Promise<void> {
    if (this.wave?.waveId === waveId) this.wave = { ...this.wave, admitted: instanceId };
  }

  /** Publishes both rulesets anew, as a step of a rollout does. */
  republish(): void {
    if (this.wave === undefined) return;
    const { stable, candidate } = this.wave;
    const next = Math.max(stable.generation, candidate.generation) + 1;
    const hash = (letter: string) => letter.repeat(32);
    this.wave = {
      ...this.wave,
      stable: { ...stable, generation: next, hash: hash('c') },
      candidate: { ...candidate, generation: next + 1, hash: hash('d') },
    };
  }

  /** What each of these instances is served now. */
  served(instances: readonly string[]): ReadonlyMap<string, RunningWave['stable']> {
    const { wave } = this;
    if (wave === undefined) return new Map(instances.map((id) => [id, this.#settled]));
    const percent = wave.stages[wave.stage]?.percent ?? 0;
    const isMember = (id: string) => id === wave.admitted || isInWave(id, wave.waveId, percent);
    return new Map(instances.map((id) => [id, isMember(id) ? wave.candidate : wave.stable]));
  }
}

/** A wave of 1, 10 and 50 % with a minute each. */
export function aWave(changes: Partial<RunningWave> & { readonly startedAtMs: number }): RunningWave {
  return {
    environment: 'production',
    waveId: '01JDKZ8Q4M2V7C0T9W5XA3BHEG',
    stable: { generation: 1, hash: 'a'.repeat(32), revision: '1'.repeat(40) },
    candidate: { generation: 2, hash: 'b'.repeat(32), revision: '2'.repeat(40) },
    stage: 0,
    stages: [1, 10, 50].map((percent) => ({ percent, holdMs: 60_000 })),
    stageSinceMs: changes.startedAtMs,
    ...changes,
  };
}
