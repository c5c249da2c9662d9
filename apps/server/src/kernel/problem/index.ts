export * from './domain-error.js';
export * from './problem-encoders.js';
export * from './problem-filter.js';
export * from './to-problem.js';
export * from './unstorable.js';
export * from './validated.js';
