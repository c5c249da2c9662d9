import type { GitSource, GitTransport } from './git-url.js';

export interface Credentials {
  /** Sent as HTTP basic authentication. */
  readonly token?: string;
  readonly sshKeyFile?: string;
  readonly knownHostsFile?: string;
  /** PEM bundle that replaces the machine's own for https. */
  readonly caFile?: string;
}

const TRANSPORTS: readonly GitTransport[] = ['https', 'ssh', 'file', 'http'];

/**
 * The whole configuration of our bare repository, written anew at each start: what is not said here is not so. Each
 * protocol is named because git prefers a specific key over the general one.
 */
export function repositoryConfig(source: GitSource, credentials: Credentials): string {
  const lines = [
    '[core]',
    '\trepositoryformatversion = 0',
    '\tbare = true',
    '\thooksPath = /dev/null',
    '\tfsmonitor = false',
    '\taskPass =',
    '[credential]',
    '\thelper =',
    '[gc]',
    '\tautoDetach = false',
    '[fetch]',
    '\trecurseSubmodules = false',
    '\tfsckObjects = true',
    '\tprune = false',
    '[transfer]',
    '\tfsckObjects = true',
    // Old histories hold harmless blemishes that strict checking would refuse; objects that lie about their name are still caught.
    '[fetch "fsck"]',
    '\tmissingSpaceBeforeDate = ignore',
    '\tzeroPaddedFilemode = ignore',
    '\tbadTimezone = ignore',
    '[protocol]',
    '\tallow = never',
    ...TRANSPORTS.flatMap((name) => [
      `[protocol "${name}"]`,
      `\tallow = ${name === source.transport ? 'always' : 'never'}`,
    ]),
    '[protocol "ext"]',
    '\tallow = never',
    '[protocol "git"]',
    '\tallow = never',
    ...httpLines(source, credentials),
  ];
  if (source.transport === 'ssh') lines.push('[core]', `\tsshCommand = ${quote(sshCommand(credentials))}`);
  return `${lines.join('\n')}\n`;
}

function httpLines(source: GitSource, credentials: Credentials): string[] {
  if (source.transport !== 'https' && source.transport !== 'http') return [];
  const lines = [
    '[http]',
    // A redirect would carry the authorization header to another host.
    '\tfollowRedirects = false',
    '\tlowSpeedLimit = 200',
    '\tlowSpeedTime = 30',
  ];
  if (credentials.caFile !== undefined) lines.push(`\tsslCAInfo = ${quote(credentials.caFile)}`);
  if (credentials.token !== undefined) {
    const basic = Buffer.from(`x-access-token:${credentials.token}`, 'utf8').toString('base64');
    lines.push(`\textraHeader = ${quote(`Authorization: Basic ${basic}`)}`);
  }
  return lines;
}

function sshCommand(credentials: Credentials): string {
  const options = [
    'ssh -F /dev/null',
    '-o BatchMode=yes -o StrictHostKeyChecking=yes -o ConnectTimeout=15',
    '-o ServerAliveInterval=15 -o ServerAliveCountMax=2 -o ForwardAgent=no -o PermitLocalCommand=no',
  ];
  if (credentials.knownHostsFile !== undefined)
    options.push(`-o UserKnownHostsFile=${shellQuote(credentials.knownHostsFile)}`);
  if (credentials.sshKeyFile !== undefined)
    options.push(`-o IdentitiesOnly=yes -i ${shellQuote(credentials.sshKeyFile)}`);
  return options.join(' ');
}

/** git runs `sshCommand` through a shell. */
function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

/**
 * Stands in for the user's own `~/.gitconfig`. The only thing in it: a local source that belongs to another user may be
 * read, since reading it is what the operator asked for and nothing in it is ever run.
 */
export function homeConfig(source: GitSource): string {
  if (source.transport !== 'file') return '';
  const path = decodeURIComponent(new URL(source.url).pathname).replace(/\/+$/, '');
  return ['[safe]', ...[path, `${path}/.git`].map((it) => `\tdirectory = ${quote(it)}`), ''].join('\n');
}
