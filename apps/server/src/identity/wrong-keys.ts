/** Wrong keys that one source may send at once, and how fast it earns another try. */
const BURST = 30;
const EARNED_A_SECOND = 1;
/** Sources that are remembered; the one not heard of for longest is forgotten first. */
const MOST_SOURCES = 10_000;

interface Bucket {
  readonly tries: number;
  readonly atMs: number;
}

/**
 * Counts wrong keys by source address. Keys that are right are never counted or refused, so a neighbour behind the same
 * address suffers nothing; and a guess of 256 bits gets nowhere anyway: this keeps guessing from costing us.
 */
export class WrongKeys {
  private readonly buckets = new Map<string, Bucket>();

  constructor(private readonly elapsedMs: () => number) {}

  /** Whether the source has sent so many lately that it is told to slow down. */
  isTooMany(source: string): boolean {
    const nowMs = this.elapsedMs();
    const { tries, atMs } = this.buckets.get(source) ?? { tries: BURST, atMs: nowMs };
    const left = Math.min(BURST, tries + ((nowMs - atMs) / 1000) * EARNED_A_SECOND);
    this.buckets.delete(source);
    this.buckets.set(source, { tries: Math.max(0, left - 1), atMs: nowMs });
    if (this.buckets.size > MOST_SOURCES) this.buckets.delete(this.buckets.keys().next().value ?? '');
    return left < 1;
  }
}
