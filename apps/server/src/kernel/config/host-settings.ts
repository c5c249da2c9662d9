import { parseSource } from '@guidon/git';
import { repositoryOf } from '@guidon/git/hosts';

interface HostVariables {
  readonly GUIDON_GIT_HOST?: string | undefined;
  readonly GUIDON_GIT_API_URL?: string | undefined;
  readonly GUIDON_GIT_TOKEN_FILE?: string | undefined;
  readonly GUIDON_GIT_URL?: string | undefined;
}

const HOSTS = ['github', 'gitlab', 'gitea'] as const;
type HostKind = (typeof HOSTS)[number];

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** What the settings of the Git host's API say together, and what is missing; form errors of single ones are told elsewhere. */
export function hostProblems(given: HostVariables): { variable: string; sentence: string }[] {
  const problems: { variable: string; sentence: string }[] = [];
  const refuse = (variable: string, sentence: string) => problems.push({ variable, sentence });
  const apiUrl = given.GUIDON_GIT_API_URL;
  if (apiUrl !== undefined && URL.canParse(apiUrl) && !isSafe(new URL(apiUrl)))
    refuse(
      'GUIDON_GIT_API_URL',
      'must be https (http on this machine only), without user, query and fragment',
    );
  if (given.GUIDON_GIT_HOST === undefined) {
    if (apiUrl !== undefined)
      refuse('GUIDON_GIT_HOST', `is not set, but GUIDON_GIT_API_URL needs it: one of ${HOSTS.join(', ')}`);
    return problems;
  }
  if (given.GUIDON_GIT_TOKEN_FILE === undefined)
    refuse(
      'GUIDON_GIT_TOKEN_FILE',
      'is not set, but GUIDON_GIT_HOST needs it: the API is called with that token',
    );
  if (given.GUIDON_GIT_URL === undefined) return problems;
  if (!/^[^/]+(\/[^/]+)+$/.test(repositoryIn(given.GUIDON_GIT_URL) ?? ''))
    refuse(
      'GUIDON_GIT_HOST',
      'is set, but GUIDON_GIT_URL names no repository of a host such as https://host/owner/name.git',
    );
  else if (apiUrl === undefined && apiUrlOf(given.GUIDON_GIT_HOST, given.GUIDON_GIT_URL) === undefined)
    refuse('GUIDON_GIT_API_URL', 'is not set, and GUIDON_GIT_URL is not https, so it cannot be told from it');
  return problems;
}

function isSafe(url: URL): boolean {
  const isBare = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  return isBare && (url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname)));
}

function repositoryIn(gitUrl: string): string | undefined {
  try {
    return repositoryOf(parseSource(gitUrl).url);
  } catch {
    return undefined;
  }
}

/** Where each host has its API, seen from an https repository of it. */
const ROOTS: { readonly [Kind in HostKind]: (url: URL) => string } = {
  github: ({ host }) => (host === 'github.com' ? 'https://api.github.com' : `https://${host}/api/v3`),
  gitlab: ({ host }) => `https://${host}/api/v4`,
  gitea: ({ host }) => `https://${host}/api/v1`,
};

/** The root of the API where nobody has given one; undefined where it cannot be told. */
export function apiUrlOf(host: string | undefined, gitUrl: string | undefined): string | undefined {
  const kind = HOSTS.find((one) => one === host);
  if (kind === undefined || gitUrl === undefined || !/^https:\/\//.test(gitUrl)) return undefined;
  return ROOTS[kind](new URL(gitUrl));
}
