export * from './drift.js';
export * from './keys.js';
export * from './ofrep.js';
export * from './red-button.js';
export * from './revisions.js';
export * from './sdk-stream.js';
export * from './sync-status.js';
