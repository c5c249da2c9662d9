export * from './red-button-schema.js';
export * from './telemetry-schema.js';
