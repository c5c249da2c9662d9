import type { ParsedKey } from '@guidon/protocol';

/** The server's settings, parsed once from the environment and never read from it again. */
export interface Config {
  readonly host: string;
  /** 0 asks the system for a free port. */
  readonly port: number;
  /** Absent: the embedded database in `dataDir`. */
  readonly databaseUrl?: string;
  /** Absolute. Holds the embedded database, the Git mirror, journals and `keys.json`. */
  readonly dataDir: string;
  readonly role: Role;
  readonly production: boolean;
  readonly git: GitConfig;
  /** Seconds between polls of the Git source. */
  readonly pollSeconds: number;
  /** Days that windows of guards are kept. */
  readonly guardDays: number;
  /** Where external guards of rollouts ask; absent: nowhere. */
  readonly prometheus?: { readonly url: string; readonly tokenFile?: string };
  /** Hosts that the server may call besides its Git source. */
  readonly egressAllow: readonly string[];
  /** Shared with the Git host; several while one is replaced, none: no webhooks are taken. */
  readonly webhookSecrets: readonly string[];
  readonly keys: ConfiguredKeys;
  readonly rates: RateConfig;
  readonly peers: readonly string[];
  /** 32 bytes, the seed of an Ed25519 key. */
  readonly signingKey?: Uint8Array;
  /** Path of an `allowed_signers` file, the first anchor of trust. */
  readonly allowedSigners?: string;
  /** Absent: nobody signs in, and people have keys that somebody made for them. */
  readonly oidc?: OidcConfig;
  readonly logLevel: LogLevel;
  /** Print URL, keys and lines to try when listening, also when stdout is no terminal. */
  readonly banner: boolean;
}

/** Requests a second that one key may send to one server, in the long run. */
export interface RateConfig {
  readonly apiPerSecond: number;
  readonly webPerSecond: number;
}

export interface OidcConfig {
  readonly issuer: string;
  readonly clientId: string;
  /** Absent: a public client, proven by PKCE alone. */
  readonly clientSecret?: string;
  readonly scope: string;
  /** The claim with the names of a person's groups. */
  readonly groupsClaim: string;
  /** How long the key works that signing in gives. */
  readonly keyHours: number;
}

export const ROLES = ['all', 'control', 'serve'] as const;
export type Role = (typeof ROLES)[number];

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface GitConfig {
  readonly url: string;
  /** Absent: the source's HEAD. */
  readonly branch?: string;
  /** Folder of the flag files in the repository. */
  readonly path: string;
  readonly tokenFile?: string;
  readonly sshKeyFile?: string;
  readonly knownHostsFile?: string;
  readonly caFile?: string;
  readonly host?: 'github' | 'gitlab' | 'gitea';
  readonly apiUrl?: string;
}

export interface ConfiguredKeys {
  readonly admin?: ParsedKey;
  readonly server?: ParsedKey;
  readonly web?: ParsedKey;
  /** The environment of the server and the web key; absent: the project's first. */
  readonly environment?: string;
  /** From which pages the web key may be used; absent: from none. */
  readonly webOrigins?: readonly string[];
}

/** Injection token. */
export const CONFIG = Symbol('Config');
