import { CliError } from '../cli-error.js';
import type { Io } from '../io.js';

const COMMIT = /^[0-9a-f]{7,64}$/i;

/** A full or short commit id, as the server takes it. */
export function checkedCommit(given: string, io: Pick<Io, 'command'>): string {
  if (COMMIT.test(given)) return given.toLowerCase();
  throw new CliError(
    `${given} is not a commit id of at least 7 hexadecimal digits; \`${io.command} status\` names commits.`,
    { usage: true },
  );
}
