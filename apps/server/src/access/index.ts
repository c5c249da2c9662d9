export * from './access.module.js';
export * from './permit.js';
