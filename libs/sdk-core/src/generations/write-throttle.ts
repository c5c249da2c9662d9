import { SNAPSHOT_REFRESH_MS, SNAPSHOT_WRITE_MS } from '../constants.js';
import type { Ports } from '../ports.js';

/** Writes at once if it can, and at most once in a while. */
export class WriteThrottle {
  readonly #ports: Ports;
  readonly #write: () => void;
  #writtenAtMs = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;

  constructor(ports: Ports, write: () => void) {
    this.#ports = ports;
    this.#write = write;
  }

  /** Whether there was anything to write yet. */
  get isNew(): boolean {
    return this.#writtenAtMs === Number.NEGATIVE_INFINITY;
  }

  /** Something changed that must survive a restart. */
  changed(): void {
    if (this.#cancel !== undefined) return;
    const waitMs = this.#writtenAtMs + SNAPSHOT_WRITE_MS - this.#ports.now().elapsedMs;
    if (waitMs <= 0) {
      this.#now();
      return;
    }
    this.#cancel = this.#ports.after(waitMs, () => {
      this.#cancel = undefined;
      this.#now();
    });
  }

  /** Nothing changed, but what there is was found to be current. */
  confirmed(): void {
    if (this.#ports.now().elapsedMs - this.#writtenAtMs >= SNAPSHOT_REFRESH_MS) this.changed();
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #now(): void {
    this.#writtenAtMs = this.#ports.now().elapsedMs;
    this.#write();
  }
}
