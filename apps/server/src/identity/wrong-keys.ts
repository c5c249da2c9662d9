import { TokenBuckets } from './token-buckets.js';

/** Wrong keys that one source may send at once, and how fast it earns another try. */
const TRIES = { burst: 30, perSecond: 1 };

/**
 * Counts wrong keys by source address. Keys that are right are never counted or refused, so a neighbour behind the same
 * address suffers nothing; and a guess of 256 bits gets nowhere anyway: this keeps guessing from costing us.
 */
export class WrongKeys {
  private readonly buckets = new TokenBuckets(TRIES);

  constructor(private readonly elapsedMs: () => number) {}

  /** Whether the source has sent so many lately that it is told to slow down. */
  isTooMany(source: string): boolean {
    return this.buckets.take(source, this.elapsedMs()) > 0;
  }
}
