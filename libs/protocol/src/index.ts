export * from './keys.js';
export * from './ofrep.js';
export * from './proposals.js';
export * from './red-button.js';
export * from './sdk-stream.js';
export * from './sync-status.js';
