export * from './judge-review.js';
export type * from './review-facts.js';
export * from './rules-of.js';
