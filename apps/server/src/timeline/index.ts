export * from './timeline.module.js';
