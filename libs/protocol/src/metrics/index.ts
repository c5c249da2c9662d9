export * from './catalogue.js';
export * from './metric.js';
