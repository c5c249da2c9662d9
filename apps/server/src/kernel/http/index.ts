export * from './close-with-deadline.js';
export * from './create-adapter.js';
export * from './declare-action.js';
export * from './describe-route.js';
export * from './idempotency-key-of.js';
export * from './request-origin.js';
export * from './route-book.js';
export * from './route-config.js';
