export * from './audit.js';
export * from './audit.module.js';
export * from './audit-actions.js';
export * from './audit-followers.js';
export * from './audit-reader.js';
export * from './audit-window.js';
export * from './database-audit.js';
export * from './used-approvals.js';
