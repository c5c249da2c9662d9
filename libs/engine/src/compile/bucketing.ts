import type { BucketingAlgorithm } from '../model/index.js';
import { murmur3 } from './murmur.js';

/** How a unit gets its bucket. `evaluate` uses limits on the hash that are worked out beforehand and agree exactly. */
export interface BucketingRule {
  /** Where the algorithm comes from. */
  readonly source: string;
  /** The bucket of a unit, 0 to `total - 1`. */
  bucket(salt: string, unit: string, total: number): number;
}

/** The top 32 bits of hash times total; BigInt because a total may have 31 bits. */
function scaledMurmur(salt: string, unit: string, total: number): number {
  return Number((BigInt(murmur3(salt + unit)) * BigInt(total)) >> 32n);
}

/**
 * The closed registry of bucketing algorithms. An imported flag keeps the algorithm of its source, so that nobody
 * changes sides. `native` is flagd's current `fractional` taken over UTF-8 bytes, with totals of 100,000.
 */
export const BUCKETING: ReadonlyMap<BucketingAlgorithm, BucketingRule> = new Map([
  ['native', { source: 'flagd fractional v2, over UTF-8 bytes', bucket: scaledMurmur }],
  ['flagd-v2', { source: 'flagd and flagd core 0.15.0, fractional v2', bucket: scaledMurmur }],
]);
