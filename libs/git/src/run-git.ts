import { spawn } from 'node:child_process';
import { classifyFailure, GitError } from './git-error.js';
import { redact } from './redact.js';

export interface GitRunner {
  /** The bare repository; or with `discovers` any folder of a checkout. */
  readonly directory: string;
  /** Lets git look for the repository itself, as for a person in that folder, with its check of who owns it. */
  readonly discovers?: true;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Never to appear in a message. */
  readonly secrets: readonly string[];
}

/** Most of what git may print; beyond it the command is ended. */
const MOST_OUTPUT_BYTES = 64 * 1024 * 1024;

/** The repository is named outright: git would otherwise look for one in the folders above. */
export function environmentOf(runner: GitRunner): Record<string, string> {
  return runner.discovers === true
    ? { ...runner.environment }
    : { ...runner.environment, GIT_DIR: runner.directory };
}

/**
 * Runs a command that only reads or writes our own repository. Arguments are ours, never data; every non-zero exit
 * rejects.
 */
export async function runLocal(runner: GitRunner, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runToEnd(runner, args);
  if (code === 0) return stdout;
  throw failure(runner, args[0], stderr);
}

/** Runs a command that talks to the source; git's transport helper, which holds the connection, ends with it. */
export async function runRemote(
  runner: GitRunner,
  args: readonly string[],
  /** What git reads; nothing unless given. */
  input?: string,
): Promise<string> {
  const { code, stdout, stderr } = await runToEnd(runner, args, input);
  if (code === 0) return stdout;
  throw failure(runner, args[0], stderr);
}

export interface Ended {
  /** Absent when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command whose failure is an answer too; rejects only when it cannot be started or must be ended. By a process
 * group of its own, which ends as a whole with the time-out. Not by simple-git: it was seen to interrupt git alone, so
 * that a transport helper lived on, and it waits 50 ms after each command that prints nothing.
 */
export function runToEnd(runner: GitRunner, args: readonly string[], input?: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', [...args], {
      cwd: runner.directory,
      env: environmentOf(runner),
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    watchGroup(child.pid);
    // A git that ends early breaks the pipe; its exit says why.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let bytes = 0;
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      endGroup(child.pid);
      settle();
    };
    const timer = setTimeout(() => finish(() => reject(timedOut(runner))), runner.timeoutMs);
    const collect = (into: Buffer[]) => (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MOST_OUTPUT_BYTES) into.push(chunk);
      else finish(() => reject(new GitError('refused', 'git printed more than 64 MiB and was ended.')));
    };
    child.stdout.on('data', collect(stdout));
    child.stderr.on('data', collect(stderr));
    child.on('error', (error) => finish(() => reject(failure(runner, args[0], error.message))));
    child.on('close', (code) => {
      const [said, complained] = [stdout, stderr].map((parts) => Buffer.concat(parts).toString('utf8'));
      finish(() => resolve({ code, stdout: said ?? '', stderr: complained ?? '' }));
    });
  });
}

/** Groups that run now. They would outlive this process, since each is a group of its own. */
const groups = new Set<number>();
process.once('exit', () => {
  for (const pid of groups) endGroup(pid);
});

export function watchGroup(pid: number | undefined): void {
  if (pid !== undefined) groups.add(pid);
}

/** Ends a process group; one that is gone already is no error. */
export function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  groups.delete(pid);
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody left to end.
  }
}

export function timedOut(runner: GitRunner): GitError {
  return new GitError('time-out', `git took longer than ${runner.timeoutMs} ms and was ended.`);
}

/** An older git does not know each name of our configuration, which is no part of any failure. */
const UNKNOWN_BLEMISH = /^warning: Skipping unknown msg id .*$/gim;

export function failure(runner: GitRunner, command: string | undefined, words: string): GitError {
  const clean = redact(words.replace(UNKNOWN_BLEMISH, ''), runner.secrets);
  if (/ENOENT/.test(words)) return new GitError('failed', `git cannot be started: ${clean}`);
  return new GitError(
    classifyFailure(words),
    `git ${command} failed: ${clean === '' ? 'it said nothing' : clean}`,
  );
}
