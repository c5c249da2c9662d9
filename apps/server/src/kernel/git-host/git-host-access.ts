import { readFile } from 'node:fs/promises';
import { parseSource } from '@guidon/git';
import { connectHost, type GitHost, HostError, repositoryOf } from '@guidon/git/hosts';
import type { Config } from '../config/index.js';
import { guardedFetch } from './guarded-fetch.js';

/** The Git host beyond Git: pull requests, approvals, commit statuses. */
export interface GitHostAccess {
  /** A client with the token as it is now, so that a rotated one is picked up. Throws `HostError`; calls nothing yet. */
  connect(): Promise<GitHost>;
}

/** Injection token; `undefined` where no host is configured. */
export const GIT_HOST = Symbol('GitHost');

type HostConfig = Pick<Config, 'git' | 'egressAllow'>;

/** What the configuration says; it was checked at boot. */
export function gitHostAccess(
  config: HostConfig,
  fetch?: typeof globalThis.fetch,
): GitHostAccess | undefined {
  const { host, apiUrl, tokenFile, url } = config.git;
  if (host === undefined || apiUrl === undefined || tokenFile === undefined) return undefined;
  const repository = repositoryOf(parseSource(url).url);
  if (repository === undefined) return undefined;
  const guarded = guardedFetch([new URL(apiUrl).host, ...config.egressAllow], fetch);
  return {
    async connect() {
      const token = await readToken(tokenFile);
      return connectHost(host, { apiUrl, repository, token, fetch: guarded });
    },
  };
}

async function readToken(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  if (text.trim() !== '') return text.trim();
  throw new HostError('auth', 'The token file (GUIDON_GIT_TOKEN_FILE) cannot be read or is empty.');
}
