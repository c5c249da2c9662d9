export * from './close-with-deadline.js';
export * from './create-adapter.js';
export * from './request-origin.js';
