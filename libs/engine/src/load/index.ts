export { createDocumentCache } from './document-cache.js';
export { load } from './load.js';
export type * from './load-types.js';
export { positionAt } from './run-flag-tests.js';
export { type TreeDifference, treeDifference } from './tree-difference.js';
