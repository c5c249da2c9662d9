import type { CatalogWaves, WaveUnderWay } from '../catalog/index.js';
import type { Leadership } from '../kernel/leadership/index.js';
import type { MoveReason, RunningWave, WaveBoard, WaveMove } from './wave-board.js';

/** What the worker does by itself; people have a key. */
export const WORKER = 'system:waves';

/** Waves as the catalog keeps them. What the worker decides counts only while this server leads; a person's word always. */
export class CatalogBoard implements WaveBoard {
  constructor(
    private readonly waves: CatalogWaves,
    private readonly leadership: Pick<Leadership, 'assertIn'>,
  ) {}

  running(): readonly RunningWave[] {
    return this.waves.running().map(runningWave);
  }

  async move(wave: RunningWave, move: WaveMove, why: MoveReason): Promise<'moved' | 'stale'> {
    const found = this.find(wave);
    if (found === undefined) return 'stale';
    const fence = why.actor === WORKER ? this.fence : undefined;
    return this.waves.move(found, { move, ...why }, fence);
  }

  async admit(wave: RunningWave, instanceId: string): Promise<void> {
    const found = this.find(wave);
    if (found === undefined) return;
    const move = { kind: 'enlist' as const, instances: [instanceId] };
    const reason = 'No instance that reports is below the share, so the lowest is let in.';
    await this.waves.move(found, { move, reason, evidence: { instanceId }, actor: WORKER }, this.fence);
  }

  private readonly fence: Leadership['assertIn'] = (manager) => this.leadership.assertIn(manager);

  /** At the stage that whoever decided saw; the catalog compares it with what stands there by now. */
  private find({ waveId, stage }: RunningWave): WaveUnderWay | undefined {
    const found = this.waves.running().find(({ wave }) => wave.id === waveId);
    return found === undefined ? undefined : { ...found, wave: { ...found.wave, stage } };
  }
}

function runningWave({ environment, wave, candidate, stable }: WaveUnderWay): RunningWave {
  const mark = ({ generation, servedHash: hash, revision }: typeof stable) => ({
    generation,
    hash,
    revision,
  });
  const { id: waveId, stage, stages, startedAtMs, stageSinceMs, enlisted } = wave;
  return {
    ...{ environment, waveId, stage, stages, startedAtMs, stageSinceMs },
    candidate: mark(candidate),
    stable: mark(stable),
    ...(enlisted[0] === undefined ? {} : { admitted: enlisted[0] }),
  };
}
