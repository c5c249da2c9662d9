import type { Io } from './io.js';

/** The examples of a help text, with the words by which the command was called. */
export function examplesFor(io: Pick<Io, 'command'>, examples: string): string {
  return examples.replaceAll(/^ {2}guidon /gm, `  ${io.command} `);
}
