export * from './notifications.js';
export * from './notifications.module.js';
