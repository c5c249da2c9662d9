import { type ChildProcess, type ExecFileOptions, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { atEndOfFile } from './end-of-file.js';

/** The same relative path from `src` and from `dist`. */
const SCRIPT = fileURLToPath(new URL('../git-runner.mjs', import.meta.url));

export interface GitOutcome {
  readonly stdout: string;
  readonly stderr: string;
  /** Why the command did not succeed. */
  readonly failure?: string;
}

const ENDED = 'the process that runs git for the tests has ended';

type Answer = (outcome: GitOutcome) => void;

/** A small process that runs git commands for this one; any number of them at a time. */
class GitProcess {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, Answer>();
  private lastId = 0;
  private ended = false;

  constructor() {
    this.child = fork(SCRIPT, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.child.on('message', ({ id, ...outcome }: GitOutcome & { id: number }) => this.answer(id, outcome));
    this.child.on('error', (error) => this.fail(String(error)));
    this.child.on('exit', () => this.fail(ENDED));
    // It must not keep this process alive; a command that is running must.
    this.child.unref();
    this.child.channel?.unref();
  }

  get isUsable(): boolean {
    return !this.ended;
  }

  run(args: readonly string[], options: ExecFileOptions): Promise<GitOutcome> {
    const id = ++this.lastId;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.child.channel?.ref();
      this.child.send({ id, args, options }, (error) => {
        if (error !== null) this.answer(id, { stdout: '', stderr: '', failure: error.message });
      });
    });
  }

  end(): void {
    if (this.child.connected) this.child.disconnect();
    this.fail(ENDED);
  }

  private answer(id: number, outcome: GitOutcome): void {
    this.waiting.get(id)?.(outcome);
    this.waiting.delete(id);
    if (this.waiting.size === 0) this.child.channel?.unref();
  }

  private fail(failure: string): void {
    this.ended = true;
    for (const id of [...this.waiting.keys()]) this.answer(id, { stdout: '', stderr: '', failure });
  }
}

let current: GitProcess | undefined;

/** Runs git in the process that the spec file has for it. */
export function runInGitProcess(args: readonly string[], options: ExecFileOptions): Promise<GitOutcome> {
  if (current?.isUsable !== true) {
    const begun = new GitProcess();
    atEndOfFile(() => begun.end());
    current = begun;
  }
  return current.run(args, options);
}

/** Harmless when there is none. The next command begins a new one. */
export function endGitProcess(): void {
  current?.end();
}
