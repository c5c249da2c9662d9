export * from './idempotency.js';
export * from './once-only.js';
