export { GuidonWebProvider } from './guidon-web-provider.js';
export type { GuidonWebOptions, Logger } from './options.js';
export type { Happening, StreamSource, TextStorage, World } from './world.js';
