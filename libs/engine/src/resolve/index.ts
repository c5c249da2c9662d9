export { outcomesOf, resolve, segmentsIn } from './resolve.js';
export { type ChangeOptions, type ResolvedChange, resolveChange } from './resolve-change.js';
