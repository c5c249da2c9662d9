export { createDocumentCache } from './document-cache.js';
export { type CommitChange, type FileChange, LiveHistory, stepsOfCommits } from './live-history.js';
export { load } from './load.js';
export type * from './load-types.js';
export { positionAt } from './run-flag-tests.js';
