import { HostError } from './host-error.js';

/** Group names are letters, digits and a few marks on every host that we know; the rest would be somebody's mischief. */
const PART = /^[A-Za-z0-9_.-]{1,255}$/;

/** The parts of `owner/name`, or of `group/subgroup/name` where the host has those. Throws `HostError` of kind `refused`. */
export function repositoryParts(repository: string, mayNest: boolean): readonly string[] {
  const parts = repository.split('/');
  const isFine = parts.length >= 2 && parts.every((part) => PART.test(part) && !/^\.+$/.test(part));
  if (isFine && (mayNest || parts.length === 2)) return parts;
  throw new HostError('refused', `"${repository.slice(0, 200)}" is no repository such as owner/name.`);
}

/** `owner/name` of a Git URL as `parseSource` gives it: the path without `.git`; undefined for a `file:` URL. */
export function repositoryOf(gitUrl: string): string | undefined {
  const url = new URL(gitUrl);
  if (url.protocol === 'file:') return undefined;
  return decodeURIComponent(url.pathname)
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/, '');
}

const COMMIT = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/** Hosts take branches and short ids in the same place; only a full id says what is meant. */
export function fullCommit(commit: string): string {
  if (COMMIT.test(commit)) return commit;
  throw new HostError('refused', `"${commit.slice(0, 80)}" is no full commit id.`);
}
