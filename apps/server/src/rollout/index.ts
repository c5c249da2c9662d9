export { createRollouts, type RolloutAssembly, type RolloutSurroundings } from './create-rollouts.js';
export { RolloutsModule } from './rollouts.module.js';
export { Rollouts } from './rollouts.service.js';
export type { UnmergedRollout } from './unmerged-rollouts.js';
