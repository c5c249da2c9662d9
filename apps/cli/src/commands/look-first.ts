import { CliError } from '../cli-error.js';
import type { Io } from '../io.js';

interface Look<T> {
  readonly look: () => Promise<{ readonly body: T; readonly tag: string | undefined }>;
  /** Given, nobody is asked, so nothing is shown. */
  readonly reason: string | undefined;
  readonly io: Io;
  readonly describe: (found: T) => string;
}

/**
 * At a terminal shows what is about to be changed, before the reason is asked for. Gives the tag of what was shown: should
 * somebody else change it while the person thinks, the server refuses. A script decides by itself and gets none.
 */
export async function lookFirst<T>({ look, reason, io, describe }: Look<T>): Promise<string | undefined> {
  if (reason !== undefined || !io.interactive) return undefined;
  try {
    const { body, tag } = await look();
    io.err(describe(body));
    return tag;
  } catch (error) {
    // A server of an earlier version has no such address; it says itself what is wrong with the change.
    if (error instanceof CliError && error.code === 'not-found') return undefined;
    throw error;
  }
}
