import type { StreamHolder } from '../catalog/index.js';
import type { Stream } from './stream.js';

/** The SDK streams of this process, by environment. */
export class OpenStreams {
  readonly #streams = new Map<string, Set<Stream>>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(stream: Stream): void {
    const streams = this.#streams.get(stream.environment) ?? new Set();
    this.#streams.set(stream.environment, streams);
    streams.add(stream);
    this.#count += 1;
  }

  /** False when it was not there any more. */
  remove(stream: Stream): boolean {
    if (this.#streams.get(stream.environment)?.delete(stream) !== true) return false;
    this.#count -= 1;
    return true;
  }

  of(environment: string): ReadonlySet<Stream> | undefined {
    return this.#streams.get(environment);
  }

  counts(): ReadonlyMap<string, number> {
    return new Map([...this.#streams].map(([environment, streams]) => [environment, streams.size]));
  }

  /** Instances by name; one with several streams holds them for as long as the oldest is open. */
  holders(environment: string, elapsedMs: number): readonly StreamHolder[] {
    const opened = new Map<string, number>();
    for (const { instance, openedElapsedMs } of this.of(environment) ?? [])
      if (instance !== undefined)
        opened.set(instance, Math.min(openedElapsedMs, opened.get(instance) ?? Number.POSITIVE_INFINITY));
    return [...opened].map(([instance, openedMs]) => ({ instance, heldMs: elapsedMs - openedMs }));
  }

  *all(): Generator<Stream> {
    for (const streams of this.#streams.values()) yield* streams;
  }
}
