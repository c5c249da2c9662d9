export { DRAWS, drawOf, isInWave, lowestOf, waveMembers } from './membership.js';
export {
  moveWave,
  NO_WAVE,
  percentOf,
  type RunningState,
  type WaveEffect,
  type WaveEvent,
  type WaveStage,
  type WaveState,
  type WaveStep,
  whyNoPlan,
} from './wave-machine.js';
