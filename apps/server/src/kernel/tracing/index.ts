export * from './spans.js';
export * from './start-telemetry.js';
export * from './trace-requests.js';
