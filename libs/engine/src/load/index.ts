export { createDocumentCache } from './document-cache.js';
export { placeOf } from './file-place.js';
export { type CommitChange, type FileChange, LiveHistory, stepsOfCommits } from './live-history.js';
export { load } from './load.js';
export type * from './load-types.js';
export { positionAt, type TestOutcome } from './run-flag-tests.js';
export { coverageOf, type Reachable } from './test-coverage.js';
export { type Trial, type TriedFlag, tryFlags } from './try-flags.js';
export { untestedRollouts } from './untested-rollouts.js';
