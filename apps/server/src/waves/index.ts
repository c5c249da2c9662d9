export * from './wave-board.js';
export { WAVES_LEADER, WavesModule } from './waves.module.js';
