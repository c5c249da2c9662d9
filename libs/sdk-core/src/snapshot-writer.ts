import { SNAPSHOT_REFRESH_MS, SNAPSHOT_WRITE_MS } from './constants.js';
import type { Ports } from './ports.js';

/** Writes the newest state to the storage: at once if it can, and at most once in a while. */
export class SnapshotWriter {
  readonly #ports: Ports;
  readonly #compose: () => string;
  #writtenAtMs = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;

  constructor(ports: Ports, compose: () => string) {
    this.#ports = ports;
    this.#compose = compose;
  }

  /** Something changed that must survive a restart. */
  changed(): void {
    if (this.#ports.storage === undefined || this.#cancel !== undefined) return;
    const waitMs = this.#writtenAtMs + SNAPSHOT_WRITE_MS - this.#ports.now().elapsedMs;
    if (waitMs <= 0) {
      this.#write();
      return;
    }
    this.#cancel = this.#ports.after(waitMs, () => {
      this.#cancel = undefined;
      this.#write();
    });
  }

  /** Nothing changed, but what there is was found to be current. */
  confirmed(): void {
    if (this.#ports.now().elapsedMs - this.#writtenAtMs >= SNAPSHOT_REFRESH_MS) this.changed();
  }

  /** Writes before it returns what `changed` has announced and not yet written; the last word. */
  close(): void {
    if (this.#ports.storage === undefined || this.#writtenAtMs === Number.NEGATIVE_INFINITY) return;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#ports.storage.writeNow(this.#compose());
  }

  #write(): void {
    this.#writtenAtMs = this.#ports.now().elapsedMs;
    this.#ports.storage?.write(this.#compose());
  }
}
