export { createRollouts, type RolloutAssembly, type RolloutSurroundings } from './create-rollouts.js';
export { RolloutsModule } from './rollouts.module.js';
