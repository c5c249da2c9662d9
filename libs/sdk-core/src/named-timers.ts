import type { Ports } from './ports.js';

/** At most one timer of each name: setting one anew replaces it. */
export class NamedTimers {
  readonly #after: Ports['after'];
  readonly #running = new Map<string, () => void>();

  constructor(after: Ports['after']) {
    this.#after = after;
  }

  set(name: string, delayMs: number, run: () => void): void {
    this.clear(name);
    const cancel = this.#after(delayMs, () => {
      this.#running.delete(name);
      run();
    });
    this.#running.set(name, cancel);
  }

  has(name: string): boolean {
    return this.#running.has(name);
  }

  clear(name: string): void {
    this.#running.get(name)?.();
    this.#running.delete(name);
  }

  clearAll(): void {
    for (const name of [...this.#running.keys()]) this.clear(name);
  }
}
