import type { Log } from './ports.js';

export type SyncEvent =
  | { readonly type: 'ready' }
  | { readonly type: 'stale' | 'error'; readonly sentence: string | undefined }
  /** Flags whose answers may differ from before, sorted. */
  | { readonly type: 'change'; readonly flags: readonly string[] };

/** Tells listeners and people what became of the data. A listener that fails harms nobody else. */
export class Announcer {
  readonly #log: Log;
  readonly #listeners = new Set<(event: SyncEvent) => void>();
  readonly #warned = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Returns what ends the subscription. */
  subscribe(listener: (event: SyncEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(event: SyncEvent): void {
    if (event.type === 'ready') this.#warned.clear();
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        this.#log.error(`A listener for "${event.type}" failed: ${String(error)}`);
      }
    }
  }

  /** A server that is away is mentioned once, not at every attempt; after a recovery, once again. */
  warnOnce(sentence: string): void {
    if (this.#warned.has(sentence)) return;
    this.#warned.add(sentence);
    this.#log.warn(sentence);
  }

  close(): void {
    this.#listeners.clear();
  }
}
