import { resolve } from 'node:path';
import type { Config } from './config.js';
import { apiUrlOf, hostProblems } from './host-settings.js';
import { FOREIGN_VARIABLES, type ParsedVariables, VARIABLES, type VariableName } from './variables.js';

export interface ConfigProblem {
  readonly variable: string;
  /** What is wrong with it and how to mend it. Never holds the value, which may be a secret. */
  readonly sentence: string;
}

export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

type Environment = { readonly [name: string]: string | undefined };

/** Parses all variables at once; the answer has either a whole configuration or every problem. */
export function loadConfig(env: Environment, workingDirectory: string): ConfigResult {
  const { parsed, problems } = parseVariables(env);
  const all = [...problems, ...misspelt(env), ...contradictions(env), ...hostProblems(env)];
  if (all.length > 0) return { ok: false, problems: all };
  return { ok: true, config: assemble(parsed, workingDirectory) };
}

/** The problems as one text for a person at a terminal. */
export function describeProblems(problems: readonly ConfigProblem[]): string {
  const lines = problems.map((problem) => `  ${problem.variable} ${problem.sentence}`);
  const noun = problems.length === 1 ? 'One setting is' : `${problems.length} settings are`;
  return `${noun} wrong, so Guidon does not start:\n${lines.join('\n')}`;
}

function parseVariables(env: Environment): { parsed: ParsedVariables; problems: ConfigProblem[] } {
  const parsed: Record<string, unknown> = {};
  const problems: ConfigProblem[] = [];
  for (const name of Object.keys(VARIABLES) as VariableName[]) {
    const text = env[name];
    if (text === undefined) continue;
    if (text.trim() === '') {
      problems.push({ variable: name, sentence: 'is set but blank: give it a value or unset it' });
      continue;
    }
    const result = VARIABLES[name].safeParse(text);
    if (result.success) parsed[name] = result.data;
    else problems.push({ variable: name, sentence: result.error.issues[0]?.message ?? 'is not valid' });
  }
  return { parsed: parsed as ParsedVariables, problems };
}

/** What several variables say together, and what must be there. */
function contradictions(env: Environment): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const refuse = (variable: string, sentence: string) => problems.push({ variable, sentence });
  const embedded = env.DATABASE_URL === undefined;
  if (env.GUIDON_GIT_URL === undefined)
    refuse('GUIDON_GIT_URL', 'is not set: say which repository holds the flags, e.g. file:///srv/shop.git');
  if (embedded && env.NODE_ENV === 'production')
    refuse(
      'DATABASE_URL',
      'is not set, and the embedded database is for trying and developing only: give a PostgreSQL URL, or unset NODE_ENV=production',
    );
  if (env.GUIDON_SIGNING_KEY === undefined && (!embedded || env.GUIDON_PEERS !== undefined))
    refuse(
      'GUIDON_SIGNING_KEY',
      'is not set, but DATABASE_URL and GUIDON_PEERS need it: `openssl rand -base64 32` prints one; all replicas share it',
    );
  if ((env.GUIDON_NOTIFY_URL === undefined) !== (env.GUIDON_NOTIFY_SECRET === undefined))
    refuse(
      env.GUIDON_NOTIFY_URL === undefined ? 'GUIDON_NOTIFY_URL' : 'GUIDON_NOTIFY_SECRET',
      'is not set, but the other of GUIDON_NOTIFY_URL and GUIDON_NOTIFY_SECRET is: notifications need both, since each is signed',
    );
  const oidc = Object.keys(env).filter((name) => name.startsWith('GUIDON_OIDC_'));
  for (const needed of ['GUIDON_OIDC_ISSUER', 'GUIDON_OIDC_CLIENT_ID'])
    if (oidc.length > 0 && env[needed] === undefined)
      refuse(needed, `is not set, but ${oidc[0]} is: signing in needs both`);
  const pairs = Object.keys(env).filter((name) => /^GUIDON_(ADMIN|SERVER|WEB)_KEY$/.test(name));
  const ids = pairs.map((name) => env[name]?.split('_')[2]);
  if (new Set(ids).size < ids.length) refuse(pairs.sort().join(', '), 'must have different ids');
  return problems;
}

/**
 * A variable that is nearly one of ours is a typo, and a typo in the name of a secret would silently switch a
 * protection off. Other names with our prefix pass: Kubernetes makes some up for every service called `guidon`.
 */
function misspelt(env: Environment): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const name of Object.keys(env)) {
    if (!name.startsWith('GUIDON_') || Object.hasOwn(VARIABLES, name) || FOREIGN_VARIABLES.test(name))
      continue;
    const near = Object.keys(VARIABLES).find((known) => known.startsWith('GUIDON_') && isNear(name, known));
    if (near !== undefined) problems.push({ variable: name, sentence: `is unknown: did you mean ${near}?` });
  }
  return problems;
}

/** Whether two names are at most two insertions, deletions or replacements apart. */
function isNear(left: string, right: string): boolean {
  if (Math.abs(left.length - right.length) > 2) return false;
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const cost = left[i - 1] === right[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + cost));
    }
    row = next;
  }
  return (row[right.length] ?? 3) <= 2;
}

const DEFAULTS = {
  host: '127.0.0.1',
  port: 4242,
  pollSeconds: 15,
  guardDays: 30,
  metricsFlags: 500,
  dataDir: '.guidon',
  path: 'flags',
  oidcKeyHours: 12,
  apiRate: 100,
  webRate: 5000,
} as const;

function assemblePrometheus(vars: ParsedVariables): Config['prometheus'] {
  const { GUIDON_PROMETHEUS_URL: url, GUIDON_PROMETHEUS_TOKEN_FILE: tokenFile } = vars;
  return url === undefined ? undefined : { url, ...present({ tokenFile }) };
}

function assemble(vars: ParsedVariables, workingDirectory: string): Config {
  return {
    ...{ host: vars.HOST ?? DEFAULTS.host, port: vars.PORT ?? DEFAULTS.port },
    ...present({ databaseUrl: vars.DATABASE_URL }),
    webhookSecrets: vars.GUIDON_WEBHOOK_SECRET ?? [],
    ...present({ signingKey: vars.GUIDON_SIGNING_KEY, allowedSigners: vars.GUIDON_ALLOWED_SIGNERS }),
    dataDir: resolve(workingDirectory, vars.GUIDON_DATA_DIR ?? DEFAULTS.dataDir),
    role: vars.GUIDON_ROLE ?? 'all',
    production: vars.NODE_ENV === 'production',
    git: assembleGit(vars),
    pollSeconds: vars.GUIDON_POLL_SECONDS ?? DEFAULTS.pollSeconds,
    guardDays: vars.GUIDON_GUARD_DAYS ?? DEFAULTS.guardDays,
    notify: {
      secrets: vars.GUIDON_NOTIFY_SECRET ?? [],
      ...present({ url: vars.GUIDON_NOTIFY_URL, urlsFile: vars.GUIDON_NOTIFY_URLS_FILE }),
    },
    metricsFlags: vars.GUIDON_METRICS_FLAGS ?? DEFAULTS.metricsFlags,
    ...present({ prometheus: assemblePrometheus(vars) }),
    egressAllow: vars.GUIDON_EGRESS_ALLOW ?? [],
    keys: present({
      admin: vars.GUIDON_ADMIN_KEY,
      server: vars.GUIDON_SERVER_KEY,
      web: vars.GUIDON_WEB_KEY,
      environment: vars.GUIDON_KEY_ENVIRONMENT,
      webOrigins: vars.GUIDON_WEB_ORIGINS,
    }),
    rates: {
      apiPerSecond: vars.GUIDON_API_RATE ?? DEFAULTS.apiRate,
      webPerSecond: vars.GUIDON_WEB_RATE ?? DEFAULTS.webRate,
    },
    peers: vars.GUIDON_PEERS ?? [],
    ...present({ oidc: assembleOidc(vars) }),
    ...{ logLevel: vars.GUIDON_LOG_LEVEL ?? 'info', banner: vars.GUIDON_BANNER === '1' },
  };
}

function assembleOidc(vars: ParsedVariables): Config['oidc'] {
  const { GUIDON_OIDC_ISSUER: issuer, GUIDON_OIDC_CLIENT_ID: clientId } = vars;
  if (issuer === undefined || clientId === undefined) return undefined;
  return {
    issuer,
    clientId,
    ...present({ clientSecret: vars.GUIDON_OIDC_CLIENT_SECRET }),
    scope: vars.GUIDON_OIDC_SCOPE ?? 'openid email',
    groupsClaim: vars.GUIDON_OIDC_GROUPS_CLAIM ?? 'groups',
    keyHours: vars.GUIDON_OIDC_KEY_HOURS ?? DEFAULTS.oidcKeyHours,
  };
}

function assembleGit(vars: ParsedVariables): Config['git'] {
  return {
    url: vars.GUIDON_GIT_URL ?? '',
    path: vars.GUIDON_GIT_PATH ?? DEFAULTS.path,
    ...present({
      branch: vars.GUIDON_GIT_BRANCH,
      tokenFile: vars.GUIDON_GIT_TOKEN_FILE,
      sshKeyFile: vars.GUIDON_GIT_SSH_KEY_FILE,
      knownHostsFile: vars.GUIDON_GIT_KNOWN_HOSTS_FILE,
      caFile: vars.GUIDON_GIT_CA_FILE,
      host: vars.GUIDON_GIT_HOST,
      apiUrl: vars.GUIDON_GIT_API_URL ?? apiUrlOf(vars.GUIDON_GIT_HOST, vars.GUIDON_GIT_URL),
    }),
  };
}

type Present<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

/** Drops what is undefined, so that an absent setting is an absent property. */
function present<T extends object>(values: T): Present<T> {
  return Object.fromEntries(Object.entries(values).filter((entry) => entry[1] !== undefined)) as Present<T>;
}
