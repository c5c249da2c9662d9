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
 * What strict checking would refuse in objects that are sound: blemishes of old histories, and names that are dangerous to
 * whoever checks them out, which nobody does here. They become findings about one file; refused, one such entry anywhere
 * in the history would stop every commit after it for ever. Objects that are torn or lie about their id are still caught.
 * Names: https://git-scm.com/docs/git-fsck#_fsck_messages
 */
const BLEMISHES: readonly string[] = [
  ...['missingSpaceBeforeDate', 'badTimezone', 'zeroPaddedFilemode', 'badFilemode', 'nulInCommit'],
  ...['hasDot', 'hasDotdot', 'hasDotgit', 'fullPathname', 'emptyName', 'largePathname', 'nullSha1'],
  ...['duplicateEntries', 'treeNotSorted', 'symlinkTargetLength', 'gitignoreSymlink', 'mailmapSymlink'],
  ...['gitmodulesBlob', 'gitmodulesLarge', 'gitmodulesMissing', 'gitmodulesName', 'gitmodulesParse'],
  ...['gitmodulesPath', 'gitmodulesSymlink', 'gitmodulesUpdate', 'gitmodulesUrl'],
  ...['gitattributesBlob', 'gitattributesLarge', 'gitattributesLineLength', 'gitattributesMissing'],
  ...['gitattributesSymlink'],
];

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
    '[fetch "fsck"]',
    ...BLEMISHES.map((name) => `\t${name} = ignore`),
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
