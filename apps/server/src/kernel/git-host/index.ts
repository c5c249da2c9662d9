export * from './git-host-access.js';
export * from './guarded-fetch.js';
