import type { Bucketing, Evaluation, Split } from '../model/index.js';
import { TOTAL_PARTS } from '../model/index.js';
import { unitReader } from './attribute.js';
import { BUCKETING } from './bucketing.js';
import { hashInteger, hashText, prefixOf } from './murmur.js';
import type { Step } from './program.js';

/** A half-open range of buckets, `from` up to but not including `to`, of which every bucket gets `answer`. */
export interface BucketRange<Answer = Evaluation> {
  readonly from: number;
  readonly to: number;
  readonly answer: Answer;
}

/** The ranges of a split, whole arms in bucket order. */
export function rangesOf<Answer>(split: Split, answerOf: (variant: string) => Answer): BucketRange<Answer>[] {
  let from = 0;
  return split.arms.map(([variant, weight]) => {
    const range = { from, to: from + weight, answer: answerOf(variant) };
    from = range.to;
    return range;
  });
}

/** The first `parts` of 100,000 of every range: as it grows everyone who was in stays in, and in the same arm. */
export function firstOfEach<Answer>(
  ranges: readonly BucketRange<Answer>[],
  parts: number,
): BucketRange<Answer>[] {
  return ranges.map(({ from, to, answer }) => {
    const width = to - from;
    // Multiplied before it is divided: both factors are whole, so only the last step can round.
    const taken = Math.ceil((width * parts) / TOTAL_PARTS);
    return { from, to: from + Math.min(width, taken), answer };
  });
}

/** Takes the top of the whole range out. */
export function below(ranges: readonly BucketRange[], bucket: number): BucketRange[] {
  return ranges.map(({ from, to, answer }) => ({ from, to: Math.max(from, Math.min(to, bucket)), answer }));
}

/**
 * How many of the 2^32 hashes fall into a bucket below `bucket`. The bucket of a hash is floor(hash × total / 2^32), so
 * these are the hashes below ceil(bucket × 2^32 / total): one comparison instead of a multiplication, and exact.
 */
export function hashesBelow(bucket: number, total: number): number {
  const scaled = BigInt(bucket) << 32n;
  const whole = BigInt(total);
  return Number((scaled + whole - 1n) / whole);
}

/** The highest ordered hash of `count` hashes; only for a count of at least one. */
function lastOf(count: number): number {
  return (count - 1) ^ 0x80000000;
}

/**
 * Draws the unit's bucket and answers with its range.
 *
 * @param total buckets in all.
 * @param unitless the answer where no unit can be found; undefined: go on.
 */
export function draw(
  ranges: readonly BucketRange[],
  total: number,
  options: { readonly bucketing: Bucketing; readonly unitless?: Evaluation | undefined },
): Step {
  const { bucketing, unitless } = options;
  if (!BUCKETING.has(bucketing.algorithm)) throw new Error(`there is no bucketing "${bucketing.algorithm}"`);
  if (!Number.isSafeInteger(total) || total < 1) throw new Error(`a split needs a total, not ${total}`);
  const readUnit = unitReader(bucketing.by);
  const prefix = prefixOf(bucketing.salt);
  const limits = limitsOf(ranges, total);
  const hit = pick(limits);
  return (context) => {
    const unit = readUnit(context);
    if (unit === undefined) return unitless;
    return hit(typeof unit === 'string' ? hashText(prefix, unit) : hashInteger(prefix, unit));
  };
}

interface Limit {
  /** Ordered hashes, both inclusive. */
  readonly first: number;
  readonly last: number;
  readonly answer: Evaluation;
}

function limitsOf(ranges: readonly BucketRange[], total: number): Limit[] {
  const limits: Limit[] = [];
  for (const { from, to, answer } of ranges) {
    const before = hashesBelow(from, total);
    const until = hashesBelow(to, total);
    if (until > before) limits.push({ first: before ^ 0x80000000, last: lastOf(until), answer });
  }
  return limits;
}

type Pick = (hash: number) => Evaluation | undefined;

/** The usual shapes get a function of their own; all of them read numbers that were worked out above. */
function pick(limits: readonly Limit[]): Pick {
  const [a, b] = limits;
  if (a === undefined) return () => undefined;
  if (b === undefined) {
    const { first, last, answer } = a;
    return (hash) => (hash >= first && hash <= last ? answer : undefined);
  }
  const firsts = Int32Array.from(limits, (limit) => limit.first);
  const lasts = Int32Array.from(limits, (limit) => limit.last);
  const answers = limits.map((limit) => limit.answer);
  return (hash) => {
    for (let i = 0; i < lasts.length; i++) {
      if (hash <= (lasts[i] as number)) return hash >= (firsts[i] as number) ? answers[i] : undefined;
    }
    return undefined;
  };
}
