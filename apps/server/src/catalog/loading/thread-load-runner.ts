import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../kernel/clock/index.js';
import type { Log } from '../../kernel/log/index.js';
import { InlineLoadRunner } from './inline-load-runner.js';
import type { LoadRunner } from './load-messages.js';
import type { ThreadAnswer, ThreadMethod } from './thread-protocol.js';

const THREAD_FILE = new URL('./load-thread.js', import.meta.url);
/** A commit that needs more than this is refused by ending the thread; the server itself is not touched. */
const MEMORY_MB = 2048;
const LONGEST_CALL_MS = 180_000;
const CLOSING = 'The server is closing.';

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

export interface ThreadLoadRunnerOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Built thread file; the one beside this file unless told. */
  readonly threadFile?: URL;
}

/** The thread where the built file is there, otherwise (TypeScript under test) the same session in this thread. */
export function createLoadRunner(options: ThreadLoadRunnerOptions): LoadRunner {
  return existsSync(fileURLToPath(THREAD_FILE)) ? new ThreadLoadRunner(options) : new InlineLoadRunner();
}

/** A resident thread that is started at the first call and started anew, empty, after it broke or hung. */
export class ThreadLoadRunner implements LoadRunner {
  private worker: Worker | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  private lost = 0;
  private closed = false;

  constructor(private readonly options: ThreadLoadRunnerOptions) {}

  open(...args: Parameters<LoadRunner['open']>): Promise<readonly string[]> {
    return this.call('open', args);
  }

  amend(...args: Parameters<LoadRunner['amend']>): Promise<readonly string[]> {
    return this.call('amend', args);
  }

  stage(...args: Parameters<LoadRunner['stage']>): Promise<void> {
    return this.call('stage', args);
  }

  remember(...args: Parameters<LoadRunner['remember']>): Promise<void> {
    return this.call('remember', args);
  }

  recall(...args: Parameters<LoadRunner['recall']>): Promise<void> {
    return this.call('recall', args);
  }

  run(...args: Parameters<LoadRunner['run']>): ReturnType<LoadRunner['run']> {
    return this.call('run', args);
  }

  slice(...args: Parameters<LoadRunner['slice']>): ReturnType<LoadRunner['slice']> {
    return this.call('slice', args);
  }

  adopt(): Promise<void> {
    return this.call('adopt', []);
  }

  discard(): Promise<void> {
    return this.call('discard', []);
  }

  epoch(): number {
    return this.lost;
  }

  async close(): Promise<void> {
    this.closed = true;
    const worker = this.worker;
    if (worker === undefined) return;
    this.end(worker, new Error(CLOSING));
    await worker.terminate();
  }

  private async call<T>(method: ThreadMethod, args: readonly unknown[]): Promise<T> {
    if (this.closed) throw new Error(CLOSING);
    const worker = this.worker ?? this.start();
    this.lastId += 1;
    const id = this.lastId;
    const timer = this.options.clock.after(LONGEST_CALL_MS, () =>
      this.broke(worker, new Error(`Loading took longer than ${LONGEST_CALL_MS} ms and was ended.`)),
    );
    try {
      return await new Promise<T>((resolve, reject) => {
        this.waiting.set(id, { resolve: resolve as Waiting['resolve'], reject });
        worker.postMessage({ id, method, args });
      });
    } finally {
      timer.cancel();
    }
  }

  private start(): Worker {
    const worker = new Worker(this.options.threadFile ?? THREAD_FILE, {
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    });
    worker.on('message', (answer: ThreadAnswer) => this.settle(answer));
    worker.on('error', (error) =>
      this.broke(worker, error instanceof Error ? error : new Error(String(error))),
    );
    worker.on('exit', (code) => this.broke(worker, new Error(`The loading thread ended with code ${code}.`)));
    // The HTTP server keeps the process alive, not this.
    worker.unref();
    this.worker = worker;
    return worker;
  }

  private settle(answer: ThreadAnswer): void {
    const waiting = this.waiting.get(answer.id);
    this.waiting.delete(answer.id);
    if ('error' in answer) waiting?.reject(new Error(answer.error));
    else waiting?.resolve(answer.result);
  }

  private broke(worker: Worker, error: Error): void {
    if (this.worker === worker)
      this.options.log.error({ err: error }, 'the loading thread broke; a new one begins empty');
    this.end(worker, error);
  }

  private end(worker: Worker, error: Error): void {
    // The last words of a thread that was replaced already concern nobody who waits for the new one.
    if (this.worker !== worker) return;
    for (const waiting of this.waiting.values()) waiting.reject(error);
    this.waiting.clear();
    this.worker = undefined;
    this.lost += 1;
    void worker.terminate();
  }
}
