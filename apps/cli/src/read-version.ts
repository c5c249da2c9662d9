import { readFileSync } from 'node:fs';

/** The version of this command. */
export function readVersion(): string {
  // `src` and `dist` lie equally deep, so the same relative path serves tests and the built command.
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
