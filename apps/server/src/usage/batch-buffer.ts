/** So many cells wait for the database at most: about 20 MB. */
export const CELLS_LIMIT = 200_000;
/** Cells of a transaction: a press of the button on the embedded database waits for one of these at most. */
const PORTION = 2_000;

/** Batches that are not counted yet. With the database away the oldest are thrown away first. */
export class BatchBuffer<Batch extends { readonly cells: readonly unknown[] }> {
  /** Batches that were thrown away. */
  dropped = 0;
  #batches: Batch[] = [];
  #cells = 0;

  constructor(private readonly limit = CELLS_LIMIT) {}

  get size(): number {
    return this.#batches.length;
  }

  add(batch: Batch): void {
    this.#batches.push(batch);
    this.#cells += weightOf(batch);
    this.#shed();
  }

  /** Takes out the oldest, as many as make a portion. */
  take(): readonly Batch[] {
    let cells = 0;
    let count = 0;
    for (const batch of this.#batches) {
      cells += weightOf(batch);
      if (count > 0 && cells > PORTION) break;
      count += 1;
    }
    const taken = this.#batches.slice(0, count);
    this.#batches = this.#batches.slice(count);
    this.#cells -= taken.reduce((sum, batch) => sum + weightOf(batch), 0);
    return taken;
  }

  /** Puts back what could not be stored, as older than everything here. */
  putBack(batches: readonly Batch[]): void {
    this.#batches = [...batches, ...this.#batches];
    this.#cells += batches.reduce((sum, batch) => sum + weightOf(batch), 0);
    this.#shed();
  }

  /** The database refused these. */
  lose(batches: readonly Batch[]): void {
    this.dropped += batches.length;
  }

  #shed(): void {
    if (this.#cells <= this.limit) return;
    // In large steps: cutting one off the front of a long list at a time would copy it each time.
    const wanted = this.limit * 0.9;
    let count = 0;
    while (this.#cells > wanted && count < this.#batches.length) {
      this.#cells -= weightOf(this.#batches[count] as Batch);
      count += 1;
    }
    this.#batches = this.#batches.slice(count);
    this.dropped += count;
  }
}

/** One without cells takes room, too. */
function weightOf({ cells }: { readonly cells: readonly unknown[] }): number {
  return cells.length + 1;
}
