export * from './describe-entry.js';
export * from './is-told.js';
