import { execFileSync } from 'node:child_process';
import type { GitRemote } from '@guidon/testkit';
import { runGit } from '@guidon/testkit';

/** What a tree can hold that no work tree would: any mode and any bytes as a name. Text is a blob, a list a folder. */
export interface OddEntry {
  readonly mode: '100644' | '100755' | '120000' | '160000' | '40000';
  readonly name: string | Uint8Array;
  /** An object id for a submodule. */
  readonly content: string | Uint8Array | readonly OddEntry[];
}

export function oddFile(name: OddEntry['name'], content: string | Uint8Array): OddEntry {
  return { mode: '100644', name, content };
}

/** Commits a tree that is written byte by byte, past every check of Git's own commands, and moves the branch to it. */
export async function publishOddTree(remote: GitRemote, flags: readonly OddEntry[]): Promise<string> {
  const parent = await remote.head();
  const root = writeTree(remote.folder, [{ mode: '40000', name: 'flags', content: flags }]);
  const identity = {
    ...{ GIT_AUTHOR_NAME: 'Eve', GIT_AUTHOR_EMAIL: 'eve@acme.example' },
    ...{ GIT_COMMITTER_NAME: 'Eve', GIT_COMMITTER_EMAIL: 'eve@acme.example' },
  };
  const commit = await runGit(remote.folder, ['commit-tree', root, '-p', parent, '-m', 'Odd'], identity);
  await runGit(remote.folder, ['update-ref', `refs/heads/${remote.branch}`, commit]);
  return commit;
}

function writeTree(folder: string, entries: readonly OddEntry[]): string {
  const rows = entries.map(({ mode, name, content }) => {
    const id = idOf(folder, content, mode);
    return Buffer.concat([
      Buffer.from(`${mode} `),
      Buffer.from(name),
      Buffer.from([0]),
      Buffer.from(id, 'hex'),
    ]);
  });
  return writeObject(folder, 'tree', Buffer.concat(rows));
}

function idOf(folder: string, content: OddEntry['content'], mode: OddEntry['mode']): string {
  if (mode === '160000') return String(content);
  if (typeof content === 'string') return writeObject(folder, 'blob', Buffer.from(content));
  return content instanceof Uint8Array ? writeObject(folder, 'blob', content) : writeTree(folder, content);
}

function writeObject(folder: string, type: 'blob' | 'tree', bytes: Uint8Array): string {
  const args = ['-C', folder, 'hash-object', '--literally', '-t', type, '-w', '--stdin'];
  return execFileSync('git', args, { input: bytes }).toString().trim();
}
