/** One change of an environment's ruleset, framed. */
export interface RingEntry {
  readonly from: number;
  readonly generation: number;
  readonly frame: Buffer;
}

export interface RingBounds {
  readonly entries: number;
  readonly bytes: number;
}

/** 256 changes are days of commits; 1 MiB an environment is nothing beside its ruleset. */
export const RING_BOUNDS: RingBounds = { entries: 256, bytes: 1_048_576 };

/**
 * The latest changes of one environment: what a client that was away for a moment is sent instead of the whole ruleset.
 * While a wave runs, generations fork and join again, so that this is a web of steps, each of them forward, and not a
 * chain. Only generations of one lineage are ever in it.
 */
export class PatchRing {
  #lineage = '';
  #entries: RingEntry[] = [];
  #bytes = 0;

  constructor(private readonly bounds: RingBounds = RING_BOUNDS) {}

  add(lineage: string, entry: RingEntry): void {
    if (lineage !== this.#lineage) this.reset(lineage);
    this.#entries.push(entry);
    this.#bytes += entry.frame.length;
    while (this.#entries.length > this.bounds.entries || this.#bytes > this.bounds.bytes) this.#dropOldest();
  }

  holds(lineage: string): boolean {
    return lineage === this.#lineage;
  }

  reset(lineage: string): void {
    this.#lineage = lineage;
    this.#entries = [];
    this.#bytes = 0;
  }

  /** The frames that lead from one generation to another, oldest first, or `undefined` when the ring does not reach. */
  between(lineage: string, from: number, to: number): readonly Buffer[] | undefined {
    if (lineage !== this.#lineage || from >= to) return undefined;
    // Backwards, always by the longest step that does not overshoot; steps only go forward, so this ends.
    const frames: Buffer[] = [];
    for (let at = to; at !== from; ) {
      const step = this.#stepInto(at, from);
      if (step === undefined) return undefined;
      frames.push(step.frame);
      at = step.from;
    }
    return frames.reverse();
  }

  #stepInto(generation: number, from: number): RingEntry | undefined {
    let found: RingEntry | undefined;
    for (const entry of this.#entries) {
      if (entry.generation !== generation || entry.from < from) continue;
      if (found === undefined || entry.from < found.from) found = entry;
    }
    return found;
  }

  #dropOldest(): void {
    this.#bytes -= this.#entries.shift()?.frame.length ?? 0;
  }
}
