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
 * The latest changes of one environment, without gaps: what a client that was away for a moment is sent instead of the
 * whole ruleset. Only generations of one lineage are ever in it.
 */
export class PatchRing {
  #lineage = '';
  #entries: RingEntry[] = [];
  #bytes = 0;

  constructor(private readonly bounds: RingBounds = RING_BOUNDS) {}

  /** Adds the newest change. A change that does not follow the last one starts the ring anew. */
  add(lineage: string, entry: RingEntry): void {
    if (lineage !== this.#lineage || this.#entries.at(-1)?.generation !== entry.from) this.reset(lineage);
    this.#entries.push(entry);
    this.#bytes += entry.frame.length;
    while (this.#entries.length > this.bounds.entries || this.#bytes > this.bounds.bytes) this.#dropOldest();
  }

  reset(lineage: string): void {
    this.#lineage = lineage;
    this.#entries = [];
    this.#bytes = 0;
  }

  /** The frames that lead from one generation to another, oldest first, or `undefined` when the ring does not reach. */
  between(lineage: string, from: number, to: number): readonly Buffer[] | undefined {
    if (lineage !== this.#lineage) return undefined;
    const first = this.#entries.findIndex((entry) => entry.from === from);
    const last = this.#entries.findIndex((entry) => entry.generation === to);
    if (first === -1 || last < first) return undefined;
    return this.#entries.slice(first, last + 1).map((entry) => entry.frame);
  }

  #dropOldest(): void {
    this.#bytes -= this.#entries.shift()?.frame.length ?? 0;
  }
}
