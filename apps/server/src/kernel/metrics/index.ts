export * from './declared.js';
export * from './metrics.js';
