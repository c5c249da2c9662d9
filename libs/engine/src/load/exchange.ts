import type { FileVersion } from './load-types.js';

/** One flag or segment that changes, with the version that is live and the one that would be. */
export interface Exchange {
  readonly kind: 'flag' | 'segment';
  readonly key: string;
  readonly before: FileVersion;
  readonly after: FileVersion;
}

/** Where in a flag something grows: a rule, or without one the last line. */
export interface Spot {
  readonly environment: string;
  readonly rule?: string;
}
