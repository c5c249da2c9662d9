export * from './config.js';
export * from './load-config.js';
export * from './receiver-forms.js';
