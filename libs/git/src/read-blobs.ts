import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { GitError } from './git-error.js';
import { endGroup, environmentOf, failure, type GitRunner, timedOut, watchGroup } from './run-git.js';

/** Over all blobs of one call. */
const MOST_BYTES = 256 * 1024 * 1024;
const NEWLINE = 0x0a;

/** One `git cat-file --batch` for any number of ids; contents are read by object id, so a symlink is only its text. */
export async function readBlobs(runner: GitRunner, ids: readonly string[]): Promise<Map<string, Buffer>> {
  if (ids.length === 0) return new Map();
  const child = spawn('git', ['cat-file', '--batch'], {
    cwd: runner.directory,
    env: environmentOf(runner),
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  watchGroup(child.pid);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    endGroup(child.pid);
  }, runner.timeoutMs);
  const words: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => words.push(chunk));
  // A git that ends early breaks the pipe; the reader below notices and reports it.
  child.stdin.on('error', () => {});
  const closed = once(child, 'close');
  try {
    child.stdin.end(`${ids.join('\n')}\n`);
    const blobs = await collect(child.stdout, new Set(ids));
    const [code] = (await closed) as [number | null];
    if (code !== 0) throw failure(runner, 'cat-file', Buffer.concat(words).toString('utf8'));
    return blobs;
  } catch (error) {
    if (late) throw timedOut(runner);
    if (error instanceof GitError) throw error;
    throw failure(runner, 'cat-file', error instanceof Error ? error.message : String(error));
  } finally {
    clearTimeout(timer);
    endGroup(child.pid);
    closed.catch(() => {});
  }
}

async function collect(
  stream: AsyncIterable<Buffer>,
  wanted: ReadonlySet<string>,
): Promise<Map<string, Buffer>> {
  const blobs = new Map<string, Buffer>();
  const reader = new BatchReader((id, content) => blobs.set(id, content));
  for await (const chunk of stream) reader.push(chunk);
  if (!reader.atRest() || blobs.size < wanted.size)
    throw new GitError('corrupt', `git answered ${blobs.size} of ${wanted.size} objects.`);
  return blobs;
}

/** Takes `<id> blob <size>\n<content>\n` apart, however the pipe cuts it, copying each content once. */
export class BatchReader {
  private header: Buffer = Buffer.alloc(0);
  private id = '';
  private content: Buffer | undefined;
  private filled = 0;
  private total = 0;

  constructor(private readonly take: (id: string, content: Buffer) => void) {}

  atRest(): boolean {
    return this.content === undefined && this.header.length === 0;
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      at =
        this.content === undefined ? this.readHeader(chunk, at) : this.readContent(chunk, at, this.content);
    }
  }

  private readHeader(chunk: Buffer, from: number): number {
    const end = chunk.indexOf(NEWLINE, from);
    if (end === -1) {
      this.header = Buffer.concat([this.header, chunk.subarray(from)]);
      return chunk.length;
    }
    const line = Buffer.concat([this.header, chunk.subarray(from, end)]).toString('latin1');
    this.header = Buffer.alloc(0);
    const match = /^([0-9a-f]{40,64}) blob (\d{1,10})$/.exec(line);
    if (match === null) throw new GitError('corrupt', `An object cannot be read: ${line.slice(0, 120)}`);
    this.id = match[1] as string;
    const size = Number(match[2]);
    this.total += size;
    if (this.total > MOST_BYTES) throw new GitError('refused', 'The files of this revision exceed 256 MiB.');
    this.content = Buffer.allocUnsafeSlow(size);
    this.filled = 0;
    return end + 1;
  }

  private readContent(chunk: Buffer, from: number, content: Buffer): number {
    const take = Math.min(content.length - this.filled, chunk.length - from);
    chunk.copy(content, this.filled, from, from + take);
    this.filled += take;
    if (this.filled < content.length || from + take >= chunk.length) return from + take;
    // The newline after the content.
    this.content = undefined;
    this.take(this.id, content);
    return from + take + 1;
  }
}
