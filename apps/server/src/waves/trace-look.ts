import { inSpan } from '../kernel/tracing/index.js';
import type { RunningWave } from './wave-board.js';

/** A look at one wave as a span that says which. */
export function traceLook<T>({ environment, waveId }: RunningWave, work: () => Promise<T>): Promise<T> {
  return inSpan('wave.look', { 'guidon.environment': environment, 'guidon.wave': waveId }, work);
}
