import type { RunningServer } from './create-server.js';
import { TRIAL_CONTEXT } from './pick-flag.js';

export interface BannerOptions {
  readonly server: Pick<RunningServer, 'url' | 'keys'>;
  readonly embedded: boolean;
  readonly dataDir: string;
  /** Those of the project; none while nothing is live. */
  readonly environments: readonly string[];
  /** The environment that the server key is bound to, if that is known. */
  readonly environment: string | undefined;
  /** A flag of that environment to try things on. */
  readonly flag: string | undefined;
}

/** What a person at a terminal needs first: where it is, the keys, and three lines to try. */
export function bannerText(options: BannerOptions): string {
  const { server, embedded } = options;
  const lines = [`Guidon is listening on ${server.url}`, ''];
  for (const kind of ['admin', 'server', 'web'] as const)
    lines.push(
      `  ${kind.padEnd(6)} key  ${server.keys[kind] ?? 'not made yet, or made by another server of this database'}`,
    );
  lines.push('', tryText(options));
  if (embedded)
    lines.push(
      '',
      'The database is the embedded one: for trying and developing, not for production.',
      `It and the keys are in ${options.dataDir}. Set DATABASE_URL to use PostgreSQL.`,
    );
  return `${lines.join('\n')}\n`;
}

/** Three lines to try, or why there is nothing to try: a line that cannot work is worse than none. */
export function tryText({ server, environments, environment, flag }: BannerOptions): string {
  if (environments.length === 0)
    return 'No flag is live yet. What to try is printed here as soon as there is one.';
  if (environment === undefined || !environments.includes(environment))
    return [
      `GUIDON_KEY_ENVIRONMENT says ${environment}, which the project does not have: its environments are ${environments.join(', ')}.`,
      'Nothing is served to the server key and the web key until that is mended.',
    ].join('\n');
  if (flag === undefined) return `There is no flag in ${environment} yet.`;
  return linesToTry(server, environment, flag).join('\n');
}

function linesToTry({ url, keys }: BannerOptions['server'], environment: string, flag: string): string[] {
  const evaluate = curl(`${url}/ofrep/v1/evaluate/flags/${flag}`, keys.server, {
    context: TRIAL_CONTEXT,
  });
  const press = curl(`${url}/api/v1/red-button`, keys.admin, {
    scope: { flag },
    environments: [environment],
    reason: 'trying the red button',
  });
  const revive = curl(`${url}/api/v1/red-button/$KILL/revive`, keys.admin, { reason: 'tried it' });
  return [
    `Try it in ${environment}: evaluate a flag, kill it (evaluate again!), revive it.`,
    '',
    `  ${evaluate}`,
    `  KILL=$(${press} | sed 's/.*"id":"\\([^"]*\\)".*/\\1/'); echo "killed by $KILL"`,
    `  ${revive}`,
  ];
}

/** One line for a POSIX shell. The address stands in double quotes, so that `$KILL` is filled in. */
function curl(address: string, key: string | undefined, body: object): string {
  const text = JSON.stringify(body).replaceAll("'", "'\\''");
  return `curl -s -w '\\n' -X POST "${address}" -H "authorization: Bearer ${key ?? '<key>'}" -H 'content-type: application/json' -d '${text}'`;
}
