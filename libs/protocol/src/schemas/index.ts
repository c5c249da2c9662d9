export * from './red-button-schema.js';
