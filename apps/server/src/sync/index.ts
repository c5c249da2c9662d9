export { CommitStatusModule } from './commit-status.module.js';
export * from './create-sync.js';
export * from './git-source.js';
export * from './sync.module.js';
export * from './sync.service.js';
export * from './sync-board.js';
export * from './sync-metrics.js';
export * from './sync-runner.js';
export * from './sync-worker.js';
