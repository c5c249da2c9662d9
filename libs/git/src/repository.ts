import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Credentials, repositoryConfig } from './git-config.js';
import { GitError } from './git-error.js';
import type { GitSource } from './git-url.js';
import type { MirrorOptions } from './mirror-types.js';

/**
 * All that git needs to see a bare repository; `git init` would bring the template's hooks. Harmless on one that
 * exists: only what a killed git left behind is removed, for this repository has one owner, and it is just starting.
 */
export async function makeRepository(directory: string): Promise<void> {
  for (const folder of ['objects/info', 'objects/pack', 'refs/heads'])
    await mkdir(join(directory, folder), { recursive: true, mode: 0o700 });
  // Nobody but a stranger writes these: objects of elsewhere, and programs.
  for (const strange of ['objects/info/alternates', 'objects/info/http-alternates', 'hooks'])
    await rm(join(directory, strange), { recursive: true, force: true });
  await writeFile(join(directory, 'HEAD'), 'ref: refs/heads/none\n');
  const names = await readdir(directory, { recursive: true });
  const stale = names.filter((name) => name.endsWith('.lock') || /(^|\/)tmp_(pack|idx|obj)_/.test(name));
  await Promise.all(stale.map((name) => rm(join(directory, name), { recursive: true, force: true })));
}

/** Writes the configuration file as a whole, so that nothing that got into it stays. */
export async function writeConfig(
  directory: string,
  source: GitSource,
  credentials: Credentials,
): Promise<void> {
  const path = join(directory, 'config');
  await writeFile(`${path}.new`, repositoryConfig(source, credentials), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** Reads the token anew each time, so that a rotated one is picked up. */
export async function readCredentials(options: MirrorOptions): Promise<Credentials> {
  const { tokenFile, sshKeyFile, knownHostsFile, caFile } = options;
  const files = {
    ...(sshKeyFile === undefined ? {} : { sshKeyFile }),
    ...(knownHostsFile === undefined ? {} : { knownHostsFile }),
    ...(caFile === undefined ? {} : { caFile }),
  };
  if (tokenFile === undefined) return files;
  try {
    return { ...files, token: (await readFile(tokenFile, 'utf8')).trim() };
  } catch {
    throw new GitError('auth', 'The token file (GUIDON_GIT_TOKEN_FILE) cannot be read.');
  }
}

/** What must never appear in a message: the token as it is and as it travels. */
export function secretsOf({ token }: Credentials): readonly string[] {
  if (token === undefined) return [];
  return [token, Buffer.from(`x-access-token:${token}`, 'utf8').toString('base64')];
}
