export * from './audit-chain.js';
export * from './checkpoint.js';
