export { createServer, type RunningServer, type ServerOptions } from './create-server.js';
export { type Config, type ConfigResult, loadConfig } from './kernel/index.js';
