import { createHash } from 'node:crypto';
import { diffRulesets } from '@guidon/engine/compile';
import { canonicalJson, type Ruleset } from '@guidon/engine/model';

/** What a change made of an environment: which flags and segments, and how they serve with it. */
export interface ChangePrint {
  readonly keys: readonly string[];
  readonly digest: string;
}

/** Content that a wave took back. Only a person's word brings it again. */
export interface TakenBack {
  readonly hash: string;
  readonly reason: string;
  /** Absent where it changed too much to be remembered: then only the very same content is known again. */
  readonly print?: ChangePrint;
}

interface Offered {
  readonly hash: string;
  /** Whether everything that a change made is in it unchanged. */
  readonly carries?: ((print: ChangePrint) => boolean) | undefined;
}

const MOST_REMEMBERED = 20;
const MOST_KEYS = 50;
const SEGMENT = 'segment:';

export function printOf(stable: Ruleset, candidate: Ruleset): ChangePrint | undefined {
  const patch = diffRulesets(stable, candidate);
  if (patch === undefined) return undefined;
  const segments = Object.keys(patch.segments ?? {}).map((key) => `${SEGMENT}${key}`);
  const keys = [...Object.keys(patch.set), ...patch.delete, ...segments].sort();
  return keys.length === 0 || keys.length > MOST_KEYS
    ? undefined
    : { keys, digest: digestOf(candidate, keys) };
}

export function carries(ruleset: Ruleset, { keys, digest }: ChangePrint): boolean {
  return digestOf(ruleset, keys) === digest;
}

/**
 * What a wave took back and comes again with this: the very same content, or the whole of the change with something else
 * beside it. Whoever changes a part of it may be mending it, which the next wave tells.
 */
export function comesAgain(memory: readonly TakenBack[] = [], offer: Offered): TakenBack[] {
  return memory.filter(
    ({ hash, print }) => hash === offer.hash || (print !== undefined && offer.carries?.(print) === true),
  );
}

export function remember(memory: readonly TakenBack[] = [], one: TakenBack): readonly TakenBack[] {
  return [...memory.filter(({ hash }) => hash !== one.hash), one].slice(-MOST_REMEMBERED);
}

/** As a field of a head, which has none where nothing is remembered. */
export function without(
  memory: readonly TakenBack[] = [],
  hashes: readonly string[],
): { readonly takenBack?: readonly TakenBack[] } {
  const takenBack = memory.filter(({ hash }) => !hashes.includes(hash));
  return takenBack.length === 0 ? {} : { takenBack };
}

function digestOf({ flags, segments }: Ruleset, keys: readonly string[]): string {
  const parts = keys.map((key) =>
    key.startsWith(SEGMENT) ? segments[key.slice(SEGMENT.length)] : flags[key],
  );
  const text = canonicalJson(parts.map((part) => part ?? null));
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
