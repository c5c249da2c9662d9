export * from './agreed-clock.js';
export * from './clock.js';
export * from './laps.js';
export * from './system-clock.js';
