import { isInWave } from '@guidon/policy/waves';
import type { WaveState } from './head.js';

/** Whether an instance has the candidate: by its draw, or because it was let in where otherwise nobody would be. */
export function hasCandidate(instanceId: string, { id, stages, stage, enlisted }: WaveState): boolean {
  return isInWave(instanceId, id, stages[stage]?.percent ?? 0) || enlisted.includes(instanceId);
}
