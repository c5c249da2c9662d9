import { type Standing, tagOf } from '../kernel/http/index.js';
import type { RunningWave } from './wave-board.js';

/** What moving a wave changes. Members and evidence change with every report, and are no reason to refuse a move. */
export function waveTag(id: string, stage: number): string {
  return tagOf({ id, stage });
}

export function waveStanding({ waveId, stage }: Pick<RunningWave, 'waveId' | 'stage'>): Standing {
  return { tag: waveTag(waveId, stage), what: `Wave ${waveId}`, now: `stands at stage ${stage}` };
}
