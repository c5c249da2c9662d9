import type { InstanceRow, WindowRow } from './report-rows.js';

/** So much waits for the database at most, of each kind: about five minutes of a thousand instances. */
export const BUFFER_LIMIT = 30_000;

/** What has come in and is not stored yet. With the database away the oldest is thrown away first. */
export class UsageBuffer {
  /** Windows and instances that were thrown away. */
  dropped = 0;
  #instances = new Map<string, InstanceRow>();
  #windows: WindowRow[] = [];

  constructor(private readonly limit = BUFFER_LIMIT) {}

  get size(): number {
    return this.#instances.size + this.#windows.length;
  }

  /** The newest word of an instance replaces what it said before. */
  add(instance: InstanceRow, windows: readonly WindowRow[]): void {
    const name = `${instance.environment} ${instance.instance}`;
    const known = this.#instances.get(name);
    if (known === undefined || known.lastSeenMs <= instance.lastSeenMs) {
      // Deleting first moves it to the end, so that the one unheard of for longest goes first.
      this.#instances.delete(name);
      this.#instances.set(name, instance);
    }
    this.#windows.push(...windows);
    this.#shed();
  }

  /** Takes out at most so many of each, oldest first. */
  take(most: number): { readonly instances: readonly InstanceRow[]; readonly windows: readonly WindowRow[] } {
    const instances = [...this.#instances.values()].slice(0, most);
    for (const { environment, instance } of instances) this.#instances.delete(`${environment} ${instance}`);
    return { instances, windows: this.#windows.splice(0, most) };
  }

  /** Puts back what could not be stored, as older than everything here. */
  putBack({ instances, windows }: ReturnType<UsageBuffer['take']>): void {
    const newer = this.#instances;
    this.#instances = new Map();
    for (const instance of instances) this.add(instance, []);
    for (const instance of newer.values()) this.add(instance, []);
    this.#windows = [...windows, ...this.#windows];
    this.#shed();
  }

  #shed(): void {
    const tooMany = this.#windows.length - this.limit;
    if (tooMany > 0) {
      // In large steps: cutting one off the front of a long list at a time would copy it each time.
      const cut = Math.max(tooMany, Math.ceil(this.limit / 10));
      this.#windows = this.#windows.slice(cut);
      this.dropped += cut;
    }
    for (const name of this.#instances.keys()) {
      if (this.#instances.size <= this.limit) break;
      this.#instances.delete(name);
      this.dropped += 1;
    }
  }
}
