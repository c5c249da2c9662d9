export * from './catalogue.js';
export * from './metric.js';
export { ROLLOUT_METRICS } from './rollout-metrics.js';
