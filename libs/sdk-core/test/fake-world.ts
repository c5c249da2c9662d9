import type { Failure, Instant, Ports, RulesetAnswer, StreamHandlers } from '../src/ports.js';
import { FakeDisk } from './fake-disk.js';

interface FakeTimer {
  readonly dueMs: number;
  readonly run: () => void;
}

/** Everything outside as a test wants it: time that moves when told, streams and requests that are answered by hand. */
export class FakeWorld {
  elapsedMs = 0;
  readonly warnings: string[] = [];
  readonly streams: { tag: string | undefined; handlers: StreamHandlers; open: boolean }[] = [];
  readonly requests: { tag: string | undefined; open: boolean; answer: (answer: RulesetAnswer) => void }[] =
    [];
  disk = new FakeDisk();
  randomNumber = 0.5;
  readonly #timers = new Set<FakeTimer>();

  get timersLeft(): number {
    return this.#timers.size;
  }

  /** The stream opened last. */
  get stream() {
    const last = this.streams.at(-1);
    if (last === undefined) throw new Error('no stream was opened');
    return last;
  }

  get request() {
    const last = this.requests.at(-1);
    if (last === undefined) throw new Error('nothing was requested');
    return last;
  }

  now(): Instant {
    return { elapsedMs: this.elapsedMs, epochMs: 1_800_000_000_000 + this.elapsedMs };
  }

  /** Lets time pass, running what becomes due in its order. */
  pass(ms: number): void {
    const endMs = this.elapsedMs + ms;
    for (;;) {
      const due = [...this.#timers]
        .filter((timer) => timer.dueMs <= endMs)
        .sort((a, b) => a.dueMs - b.dueMs)[0];
      if (due === undefined) break;
      this.elapsedMs = Math.max(this.elapsedMs, due.dueMs);
      this.#timers.delete(due);
      due.run();
    }
    this.elapsedMs = endMs;
  }

  /** Lets time pass until the client has opened another stream. */
  untilReconnected(): void {
    const before = this.streams.length;
    for (let i = 0; i < 1_000 && this.streams.length === before; i++) this.pass(500);
  }

  /** Sends an event on the stream opened last. */
  send(name: string, data: unknown, id?: string): void {
    const head = id === undefined ? '' : `id: ${id}\n`;
    this.stream.handlers.chunk(`${head}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  heartbeat(): void {
    this.stream.handlers.chunk(':\n\n');
  }

  /** Ends the stream opened last. */
  fail(failure: Partial<Failure> = {}): void {
    this.stream.open = false;
    this.stream.handlers.failed({ kind: 'network', sentence: 'The server is away.', ...failure });
  }

  ports(): Ports {
    const warn = (sentence: string) => void this.warnings.push(sentence);
    return {
      now: () => this.now(),
      random: () => this.randomNumber,
      after: (delayMs, run) => {
        const timer = { dueMs: this.elapsedMs + delayMs, run };
        this.#timers.add(timer);
        return () => this.#timers.delete(timer);
      },
      transport: {
        openStream: (tag, handlers) => {
          const stream = { tag, handlers, open: true };
          this.streams.push(stream);
          return () => {
            stream.open = false;
          };
        },
        fetchRuleset: (tag, done) => {
          const request = { tag, open: true, answer: done };
          this.requests.push(request);
          return () => {
            request.open = false;
          };
        },
      },
      storage: this.disk,
      log: { debug: () => {}, info: () => {}, warn, error: warn },
    };
  }
}
