export { diffSnapshots } from './diff-snapshots.js';
export type { EnvironmentChange, FlagChange } from './flag-change.js';
export { type FreezeBreach, freezeBreaches } from './freeze-breaches.js';
export { environmentsMoved, movesOnlyTowardSafe } from './toward-safe.js';
