import { openCheckout } from '@guidon/git';
import { CliError } from '../cli-error.js';

const COMMIT_ID = /^[0-9a-f]{7,64}$/;

/** The id of a commit that a person named; what is an id already is taken as it is, for its checkout may be elsewhere. */
export async function resolveCommit(named: string, cwd: string): Promise<string> {
  if (COMMIT_ID.test(named)) return named;
  const checkout = await openCheckout(cwd);
  const commit = await checkout?.resolve(named);
  if (commit !== undefined) return commit;
  throw new CliError(
    checkout === undefined
      ? `--commit wants the id of a commit, 7 to 64 hexadecimal digits, since there is no Git checkout here to look ${named} up in.`
      : `Git knows no commit ${named} in this checkout.`,
    { usage: true },
  );
}
