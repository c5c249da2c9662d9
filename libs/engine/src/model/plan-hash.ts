import { canonicalJson } from './canonical-json.js';
import type { Plan } from './plan.js';
import { sha256Hex } from './sha256.js';

/**
 * What a plan is known by: approvals are bound to it, and a rollout keeps the plan that it began with. SHA-256, 64 hex
 * digits, of the bound form as canonical JSON: comments, the order of keys, and a default that is written out make no
 * difference, and neither does whether the plan has a name or stands in the flag. The order of stages and guards does.
 */
export function planHash(plan: Plan): string {
  return sha256Hex(canonicalJson(plan));
}
