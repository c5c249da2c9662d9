import { USAGE_HOURS, type UsageDocument } from '@guidon/protocol';
import { CliError } from '../cli-error.js';
import type { Io } from '../io.js';
import { createServerClient } from '../server/server-client.js';
import { readServerUrl } from '../server/server-settings.js';

/** What a server counted, or in one sentence why that is not to be had. */
export type UsageAnswer = { readonly server: string } & (
  | { readonly usage: UsageDocument }
  | { readonly trouble: string }
);

/**
 * Asks a server for its counts. A server that is away, refuses or is too old is told and no failure: a pull request must
 * not wait for it. Only an address that is none is a wrong call.
 *
 * @param from the address, or `true` for the one of `GUIDON_URL`.
 */
export async function readUsage(io: Io, from: string | true): Promise<UsageAnswer> {
  const there: Io = from === true ? io : { ...io, env: { ...io.env, GUIDON_URL: from } };
  const server = addressOf(there, from);
  try {
    // It may be a server of another age, so what the document promises is looked for.
    const query = { hours: String(USAGE_HOURS.usual) };
    const usage: unknown = await createServerClient(there).get('/api/v1/usage', { query });
    return isUsage(usage) ? { server, usage } : { server, trouble: tooOld(server) };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const isMissing = error.code === 'not-found' || error.code === 'not-guidon';
    return { server, trouble: isMissing ? tooOld(server) : error.message };
  }
}

function addressOf(there: Io, from: string | true): string {
  try {
    return readServerUrl(there);
  } catch (error) {
    if (from === true || !(error instanceof CliError)) throw error;
    throw new CliError(
      `--from wants the address of a server, such as https://flags.acme.example, not ${from}.`,
      {
        usage: true,
      },
    );
  }
}

function tooOld(server: string): string {
  return `The server at ${server} does not tell its counts: it is older than this command, or no Guidon server.`;
}

function isUsage(body: unknown): body is UsageDocument {
  const { environments } = (body ?? {}) as Partial<UsageDocument>;
  return Array.isArray(environments) && environments.every(({ answers }) => Array.isArray(answers));
}
