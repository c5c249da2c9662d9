import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** Injection token of the name that a server gives itself at its start: its host and some chance. */
export const SERVER_NAME = Symbol('ServerName');

export function makeServerName(): string {
  return `${hostname()}-${randomBytes(4).toString('hex')}`;
}
