export * from './ability.js';
export * from './access.module.js';
export * from './access-rules.js';
export * from './act-permits.js';
export * from './approvals/approvals.js';
export * from './attempts/refused-attempts.js';
export * from './permit.js';
