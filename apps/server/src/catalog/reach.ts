/** How far a change gets at once: what the red button reports beside its answer. */
export interface Reach {
  /** SDK streams open on this replica for one environment. */
  streamsOpen(environment: string): number;
}

/**
 * Serving knows the streams and the red button wants their number, but features of one rank never import each other.
 * So the number goes through the catalog: serving offers a source, whoever asks gets the sum, and without a source it is 0.
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
}
