export * from './proposal-schema.js';
export * from './red-button-schema.js';
