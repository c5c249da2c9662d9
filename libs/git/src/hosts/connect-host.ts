import type { GitHost, GitHostKind } from './git-host.js';
import { Gitea } from './gitea.js';
import { GitHub } from './github.js';
import { GitLab } from './gitlab.js';
import type { HostConnection } from './host-connection.js';

const HOSTS = { github: GitHub, gitlab: GitLab, gitea: Gitea } as const;

/** The client for one repository on one host. Calls nothing yet. Throws `HostError` of kind `refused` for a bad URL or name. */
export function connectHost(kind: GitHostKind, connection: HostConnection): GitHost {
  return new HOSTS[kind](connection);
}
