import { CliError } from '../cli-error.js';
import type { Io } from '../io.js';
import type { ServerClient } from '../server/server-client.js';

interface Look<T> {
  readonly client: Pick<ServerClient, 'getTagged'>;
  readonly path: string;
  /** Given, nobody is asked, so nothing is shown. */
  readonly reason: string | undefined;
  readonly io: Io;
  readonly describe: (found: T) => string;
}

/**
 * At a terminal shows what is about to be changed, before the reason is asked for. Gives the tag of what was shown: should
 * somebody else change it while the person thinks, the server refuses. A script decides by itself and gets none.
 */
export async function lookFirst<T>({
  client,
  path,
  reason,
  io,
  describe,
}: Look<T>): Promise<string | undefined> {
  if (reason !== undefined || !io.interactive) return undefined;
  try {
    const { body, tag } = await client.getTagged<T>(path);
    io.err(describe(body));
    return tag;
  } catch (error) {
    // A server of an earlier version has no such address; it says itself what is wrong with the change.
    if (error instanceof CliError && error.code === 'not-found') return undefined;
    throw error;
  }
}
