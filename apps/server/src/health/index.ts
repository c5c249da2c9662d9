export * from './decide-readiness.js';
export * from './health.module.js';
export * from './health-facts.js';
export * from './live-metrics.module.js';
