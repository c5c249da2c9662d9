export { type Arm, armOf, type Comparison, type Seat, type SeatedAnswer } from './answers.js';
export { BUCKETING, type BucketingRule } from './bucketing.js';
export { compile, warm, withKilled } from './compile.js';
export { instantOf } from './instant.js';
export { murmur3 } from './murmur.js';
export { applyPatch, diffRulesets, hashRuleset } from './ruleset-hash.js';
export type * from './view.js';
