export * from './database-lease.js';
export * from './fenced.js';
export * from './leadership.js';
export * from './leadership.module.js';
export * from './lease-leadership.js';
