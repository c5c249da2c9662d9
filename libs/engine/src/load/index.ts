export { createDocumentCache } from './document-cache.js';
export { type FileChange, LiveHistory } from './live-history.js';
export { load } from './load.js';
export type * from './load-types.js';
export { positionAt } from './run-flag-tests.js';
