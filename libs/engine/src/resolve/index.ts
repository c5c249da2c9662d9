export { resolve } from './resolve.js';
export { type ResolvedContent, resolveChange } from './resolve-change.js';
