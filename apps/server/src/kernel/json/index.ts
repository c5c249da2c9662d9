export * from './json-members.js';
