/**
 * The floor: what somebody would write by hand who knew the flags beforehand. One closure a flag, no objects, no
 * reasons, no checks of types; contexts are trusted to be complete.
 */
import { SEGMENTS } from './workload.mjs';

/** MurmurHash3 x86 32-bit over UTF-16 code units, two a block; the seed is the hash of the flag's key. */
function hash(text, seed) {
  const even = text.length & ~1;
  let h = seed;
  for (let i = 0; i < even; i += 2) {
    const block = Math.imul(text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16), 0xcc9e2d51);
    h ^= Math.imul((block << 15) | (block >>> 17), 0x1b873593);
    h = (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
  }
  if (even < text.length) {
    const block = Math.imul(text.charCodeAt(even), 0xcc9e2d51);
    h ^= Math.imul((block << 15) | (block >>> 17), 0x1b873593);
  }
  h ^= text.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** `text` is three numbers with dots. */
function atLeast(text, [major, minor, patch]) {
  let value = 0;
  let part = 0;
  for (let i = 0; i <= text.length; i++) {
    const code = i === text.length ? 46 : text.charCodeAt(i);
    if (code === 46) {
      const wanted = part === 0 ? major : part === 1 ? minor : patch;
      if (value !== wanted) return value > wanted;
      part++;
      value = 0;
    } else value = value * 10 + code - 48;
  }
  return true;
}

function test(condition) {
  const { attribute } = condition;
  if ('is' in condition) {
    const { is } = condition;
    return (context) => context[attribute] === is;
  }
  if ('in' in condition) {
    const set = new Set(condition.in);
    return (context) => set.has(context[attribute]);
  }
  if ('startsWith' in condition) {
    const { startsWith } = condition;
    return (context) => context[attribute].startsWith(startsWith);
  }
  if ('above' in condition) {
    const { above } = condition;
    return (context) => context[attribute] > above;
  }
  const version = condition.atLeast.split('.').map(Number);
  return (context) => atLeast(context[attribute], version);
}

function every(conditions) {
  const [a, b, c, d, e] = conditions.map(test);
  switch (conditions.length) {
    case 1:
      return a;
    case 2:
      return (x) => a(x) && b(x);
    case 3:
      return (x) => a(x) && b(x) && c(x);
    case 4:
      return (x) => a(x) && b(x) && c(x) && d(x);
    default:
      return (x) => a(x) && b(x) && c(x) && d(x) && e(x);
  }
}

function closure(flag, closures) {
  if (flag.class === 'boolean') {
    const { on } = flag;
    return () => on;
  }
  if (flag.class === 'targeting') return every(flag.conditions);
  if (flag.class === 'segment') {
    if (flag.segment !== undefined) return every(SEGMENTS.get(flag.segment));
    const required = closures.get(flag.requires);
    const own = every(flag.conditions);
    return (context) => required(context) === true && own(context);
  }
  const seed = hash(flag.key, 0) | 0;
  if (flag.class === 'split') {
    const limit = (flag.percent / 100) * 2 ** 32;
    return (context) => hash(context.targetingKey, seed) < limit;
  }
  const [first, second, third] = flag.arms.map((arm) => arm.value);
  const one = (flag.arms[0].percent / 100) * 2 ** 32;
  const two = one + (flag.arms[1].percent / 100) * 2 ** 32;
  return (context) => {
    const h = hash(context.targetingKey, seed);
    return h < one ? first : h < two ? second : third;
  };
}

export function makeFloor(flags) {
  const closures = new Map();
  for (const flag of flags) closures.set(flag.key, closure(flag, closures));
  return (key, context, fallback) => {
    const flag = closures.get(key);
    return flag === undefined ? fallback : flag(context);
  };
}
