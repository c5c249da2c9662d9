export { diffSnapshots } from './diff-snapshots.js';
export type { EnvironmentChange, FlagChange } from './flag-change.js';
export { environmentsMoved, movesOnlyTowardSafe } from './toward-safe.js';
export { type FreezeQuestion, type Frozen, freezeAt, whyFrozen } from './why-frozen.js';
