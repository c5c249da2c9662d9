export * from './change-signal.js';
export * from './database.module.js';
export * from './database-errors.js';
export * from './database-state.js';
export * from './open-database.js';
export * from './store-clock.js';
export * from './transaction.js';
