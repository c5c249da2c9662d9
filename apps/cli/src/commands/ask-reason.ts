import { CliError } from '../cli-error.js';
import type { Io } from '../io.js';

/** The server's own bound; told here so that nobody waits for a refusal. */
const SHORTEST_REASON = 3;

/** The reason given, or asked for on a terminal. Every change is audited with its reason, so there is no default. */
export async function askReason(io: Io, given: string | undefined, question: string): Promise<string> {
  const reason = (given ?? (io.interactive ? await io.ask(`${question} `) : '')).trim();
  if (reason.length >= SHORTEST_REASON) return reason;
  throw new CliError(
    reason === '' ? 'Say why: --reason "…"' : `Say why, in at least ${SHORTEST_REASON} characters.`,
    { usage: true },
  );
}
