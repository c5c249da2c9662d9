export { resolve } from './resolve.js';
