export * from './red-button-schema.js';
export * from './revision-schema.js';
