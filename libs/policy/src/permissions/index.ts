export * from './one-person.js';
export * from './permission-matrix.js';
export * from './permission-rules.js';
export * from './permission-table.js';
export * from './permissions.js';
export * from './subject-of.js';
