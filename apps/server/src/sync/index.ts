export { CommitStatusModule } from './commit-status.module.js';
export * from './git-source.js';
export * from './sync.module.js';
export * from './sync.service.js';
export * from './sync-worker.js';
