import type { Condition, Ruleset, RulesetFlag, RulesetPatch } from '../model/index.js';
import { canonicalJson, inCodePointOrder } from '../model/index.js';

/** Four 32-bit sums, one per lane. Sums, because an entry can be taken out of a sum as well as put in. */
type Lanes = Uint32Array;

const SEEDS = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344] as const;

/**
 * The content hash of a ruleset, 32 hex digits: equal for equal flags and segments of one environment, whatever the
 * order of their keys and whatever the revision. It detects mistakes, not forgery.
 */
export function hashRuleset(ruleset: Ruleset): string {
  const lanes = new Uint32Array(SEEDS.length);
  add(lanes, `environment\n${ruleset.format}\n${ruleset.environment}`, 1);
  for (const [key, flag] of Object.entries(ruleset.flags)) add(lanes, flagEntry(key, flag), 1);
  for (const [key, when] of Object.entries(ruleset.segments)) add(lanes, segmentEntry(key, when), 1);
  return format(lanes);
}

/** What turns `before` into `after`, two rulesets of one environment; undefined when flags and segments are equal. */
export function diffRulesets(before: Ruleset, after: Ruleset): RulesetPatch | undefined {
  const flags = changes<RulesetFlag>(before.flags, after.flags);
  const segments = changes<Condition>(before.segments, after.segments);
  if (flags.set.length + flags.gone.length + segments.set.length + segments.gone.length === 0)
    return undefined;
  const patch = { revision: after.revision, set: Object.fromEntries(flags.set), delete: flags.gone };
  if (segments.set.length + segments.gone.length === 0) return patch;
  const gone = segments.gone.map((key): [string, null] => [key, null]);
  return { ...patch, segments: Object.fromEntries<Condition | null>([...segments.set, ...gone]) };
}

/**
 * Applies a patch and works out the content hash of the result from that of the input, looking at changed entries only.
 *
 * @param hash `hashRuleset` of `ruleset`.
 */
export function applyPatch(
  ruleset: Ruleset,
  hash: string,
  patch: RulesetPatch,
): { ruleset: Ruleset; hash: string } {
  const lanes = parse(hash);
  const flags = new Map<string, RulesetFlag | undefined>(Object.entries(patch.set));
  for (const key of patch.delete) flags.set(key, undefined);
  const segments = new Map<string, Condition | undefined>();
  for (const [key, when] of Object.entries(patch.segments ?? {})) segments.set(key, when ?? undefined);
  const { format: version, environment } = ruleset;
  return {
    ruleset: {
      format: version,
      environment,
      revision: patch.revision,
      flags: patched(ruleset.flags, flags, (key, flag, sign) => add(lanes, flagEntry(key, flag), sign)),
      segments: patched(ruleset.segments, segments, (key, when, sign) =>
        add(lanes, segmentEntry(key, when), sign),
      ),
    },
    hash: format(lanes),
  };
}

type Entries<T> = { readonly [key: string]: T };

function changes<T>(before: Entries<T>, after: Entries<T>): { set: [string, T][]; gone: string[] } {
  const set = Object.entries(after).filter(
    ([key, entry]) =>
      !Object.hasOwn(before, key) ||
      // The same object needs no look inside: most of a ruleset is carried over from the one before.
      (before[key] !== entry && canonicalJson(before[key]) !== canonicalJson(entry)),
  );
  return { set, gone: Object.keys(before).filter((key) => !Object.hasOwn(after, key)) };
}

function patched<T>(
  entries: Entries<T>,
  changed: ReadonlyMap<string, T | undefined>,
  count: (key: string, entry: T, sign: 1 | -1) => void,
): Entries<T> {
  if (changed.size === 0) return entries;
  // Spreading keeps the order, defines own properties only, and copies ten thousand at once.
  const result: { [key: string]: T } = { ...entries };
  let grown = false;
  for (const [key, entry] of changed) {
    const old = Object.hasOwn(result, key) ? result[key] : undefined;
    if (old !== undefined) count(key, old, -1);
    if (entry === undefined) delete result[key];
    else {
      count(key, entry, 1);
      grown ||= old === undefined;
      put(result, key, entry);
    }
  }
  if (!grown) return result;
  return Object.fromEntries(inCodePointOrder(Object.keys(result)).map((key) => [key, result[key] as T]));
}

/** An assignment to this one name would reach the prototype. */
function put<T>(entries: { [key: string]: T }, key: string, value: T): void {
  if (key !== '__proto__') entries[key] = value;
  else Object.defineProperty(entries, key, { value, enumerable: true, configurable: true, writable: true });
}

function flagEntry(key: string, flag: RulesetFlag): string {
  return `flag\n${key}\n${canonicalJson(flag)}`;
}

function segmentEntry(key: string, when: Condition): string {
  return `segment\n${key}\n${canonicalJson(when)}`;
}

function add(lanes: Lanes, entry: string, sign: 1 | -1): void {
  for (let i = 0; i < lanes.length; i++)
    lanes[i] = (lanes[i] as number) + sign * hashUnits(entry, SEEDS[i] as number);
}

/** Murmur's mixing over UTF-16 code units, two a block: never compared with other implementations, so no UTF-8. */
function hashUnits(text: string, seed: number): number {
  let h = seed | 0;
  for (let i = 0; i < text.length; i += 2) {
    const block = text.charCodeAt(i) | (i + 1 < text.length ? text.charCodeAt(i + 1) << 16 : 0);
    const k = Math.imul(block, 0xcc9e2d51);
    h ^= Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    h = (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
  }
  h ^= text.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function format(lanes: Lanes): string {
  return Array.from(lanes, (lane) => lane.toString(16).padStart(8, '0')).join('');
}

function parse(hash: string): Lanes {
  if (!/^[0-9a-f]{32}$/.test(hash))
    throw new TypeError(`"${hash}" is not the hash of a ruleset: 32 hex digits`);
  return Uint32Array.from(SEEDS, (_, i) => Number.parseInt(hash.slice(i * 8, i * 8 + 8), 16));
}
