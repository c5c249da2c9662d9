export * from './explain-schema.js';
export * from './key-management-schemas.js';
export * from './login-schema.js';
export * from './proposal-schema.js';
export * from './red-button-schema.js';
export * from './revision-schema.js';
export * from './telemetry-schema.js';
export * from './wave-schema.js';
