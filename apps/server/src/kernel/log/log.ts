/** Structured log as a port; fields first, then a fixed sentence. Never put a key, token or URL with a password in a field. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Injection token. */
export const LOG = Symbol('Log');

/** Says nothing; for tests. */
export const SILENT_LOG: Log = { debug() {}, info() {}, warn() {}, error() {} };
