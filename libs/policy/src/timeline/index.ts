export * from './describe-entry.js';
export type * from './entry-facts.js';
export * from './is-told.js';
