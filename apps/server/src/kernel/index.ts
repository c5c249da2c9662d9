/** The kernel's door. It knows nothing of flags. */
export * from './clock/index.js';
export * from './config/index.js';
export * from './database/index.js';
export * from './git-host/index.js';
export * from './http/index.js';
export * from './idempotency/index.js';
export * from './kernel.module.js';
export * from './leadership/index.js';
export * from './log/index.js';
export * from './metrics/index.js';
export * from './problem/index.js';
export * from './server-name/index.js';
export * from './tracing/index.js';
