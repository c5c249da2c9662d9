export interface BucketSize {
  /** What a full bucket holds: so many at once after a quiet time. */
  readonly burst: number;
  readonly perSecond: number;
}

interface Bucket {
  left: number;
  atMs: number;
}

/** Buckets that are remembered; the one not heard of for longest is forgotten first, and starts full again. */
const MOST_BUCKETS = 10_000;

/** A token bucket for each name, in memory; time is given. */
export class TokenBuckets {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly size: BucketSize,
    private readonly most = MOST_BUCKETS,
  ) {}

  /** Takes a token; answers 0, or after how many seconds there will be one. `elapsedMs` is monotonic. */
  take(name: string, elapsedMs: number): number {
    const { burst, perSecond } = this.size;
    const known = this.buckets.get(name);
    const bucket = known ?? { left: burst, atMs: elapsedMs };
    // Last in the order of the map is who was heard of last.
    if (known !== undefined) this.buckets.delete(name);
    this.buckets.set(name, bucket);
    if (this.buckets.size > this.most) this.buckets.delete(this.buckets.keys().next().value ?? '');
    bucket.left = Math.min(burst, bucket.left + ((elapsedMs - bucket.atMs) / 1000) * perSecond);
    bucket.atMs = elapsedMs;
    if (bucket.left < 1) return (1 - bucket.left) / perSecond;
    bucket.left -= 1;
    return 0;
  }
}
