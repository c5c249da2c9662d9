/** An SDK instance that holds a stream. */
export interface StreamHolder {
  readonly instance: string;
  /** For how long. */
  readonly heldMs: number;
}

/** How far a change gets at once: what the red button reports beside its answer, and who a wave is with. */
export interface Reach {
  /** SDK streams open on this replica for one environment. */
  streamsOpen(environment: string): number;
  /** Instances that hold a stream on this replica and said their name. */
  holders(environment: string): readonly StreamHolder[];
}

/**
 * Serving knows the streams; the red button wants their number and waves want their names, but features of one rank never
 * import each other. So they go through the catalog: serving offers a source, whoever asks gets the sum, and
 * without a source there is nobody.
 */
export class ReachProbe implements Reach {
  readonly #sources = new Set<Reach>();

  /** Adds a source. Returns a function that takes it away again. */
  offer(source: Reach): () => void {
    this.#sources.add(source);
    return () => this.#sources.delete(source);
  }

  streamsOpen(environment: string): number {
    let total = 0;
    for (const source of this.#sources) total += source.streamsOpen(environment);
    return total;
  }

  holders(environment: string): readonly StreamHolder[] {
    return [...this.#sources].flatMap((source) => source.holders(environment));
  }
}
