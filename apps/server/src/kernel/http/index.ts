export * from './close-with-deadline.js';
export * from './create-adapter.js';
export * from './declare-action.js';
export * from './idempotency-key-of.js';
export * from './if-match.js';
export * from './request-origin.js';
export * from './require-match.js';
