/**
 * The one workload that every contender evaluates: 100 flags a block (40 boolean, 30 splits, 20 with 1 to 5 conditions,
 * 5 with JSON variants, 5 over a segment or a requirement) and contexts of seven attributes. Deterministic.
 */
export const CLASSES = ['boolean', 'split', 'targeting', 'multivariate', 'segment'];

const COUNTRIES = ['AT', 'CH', 'DK', 'ES', 'FI', 'IT', 'NO', 'PT', 'SE', 'UK'];
const TIERS = ['basic', 'silver', 'gold', 'partner'];
const DESKS = ['buyer', 'seller', 'editor', 'guest'];
const SHOPS = Array.from({ length: 100 }, (_, i) => `shop-${String(i).padStart(3, '0')}`);

/** A small linear congruential generator; the top bits are good enough to pick from lists. */
function random(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export function makeContexts(count = 10_000, seed = 42) {
  const next = random(seed);
  return Array.from({ length: count }, (_, i) => ({
    targetingKey: `account-${(next(2 ** 31) + 2 ** 31).toString(36)}-${i}`,
    email: `${DESKS[next(4)]}.${i}@shop.example`,
    country: COUNTRIES[next(10)],
    tier: TIERS[next(4)],
    shopId: SHOPS[next(100)],
    appVersion: `${1 + next(5)}.${next(12)}.${next(20)}`,
    orders: 10 + next(60),
  }));
}

/** Five kinds in turn; each holds often enough that the conditions behind it are reached. */
function condition(i) {
  const turn = Math.floor(i / 5);
  switch (i % 5) {
    case 0:
      return { attribute: 'tier', is: TIERS[turn % 4] };
    case 1:
      return { attribute: 'shopId', in: Array.from({ length: 50 }, (_, k) => SHOPS[(i + 2 * k) % 100]) };
    case 2:
      return { attribute: 'appVersion', atLeast: `2.${i % 10}.4` };
    case 3:
      return { attribute: 'email', startsWith: DESKS[turn % 4] };
    default:
      return { attribute: 'orders', above: 15 + (i % 20) };
  }
}

export const SEGMENTS = new Map([
  [
    'gold-buyers',
    [
      { attribute: 'email', startsWith: 'buyer' },
      { attribute: 'tier', is: 'gold' },
    ],
  ],
  [
    'busy-and-current',
    [
      { attribute: 'orders', above: 25 },
      { attribute: 'appVersion', atLeast: '3.0.0' },
    ],
  ],
]);

function payload(flag, variant) {
  return {
    layout: `layout-${variant}`,
    pageSize: 12 * (variant + 1),
    preview: variant > 0,
    sources: [`source-${variant}-a`, `source-${variant}-b`],
    retry: { attempts: variant, waitsMs: [50, 100, 400], label: `variant ${variant} of ${flag}` },
  };
}

/** Neutral flags, in blocks of 100. */
export function makeFlags(count = 100) {
  const flags = [];
  for (let block = 0; flags.length < count; block++) flags.push(...makeBlock(String(block).padStart(3, '0')));
  return flags.slice(0, count);
}

function makeBlock(block) {
  const key = (kind, i) => `${kind}-${block}-${String(i).padStart(2, '0')}`;
  const many = (length, make) => Array.from({ length }, (_, i) => make(i));
  return [
    ...many(40, (i) => ({ key: key('bool', i), class: 'boolean', on: i % 4 !== 1 })),
    ...many(30, (i) => ({ key: key('split', i), class: 'split', percent: 4 + ((i * 17) % 93) })),
    ...many(20, (i) => ({
      key: key('target', i),
      class: 'targeting',
      conditions: many(1 + (i % 5), (c) => condition(i + c + Math.floor(i / 5))),
    })),
    ...many(5, (i) => ({
      key: key('multi', i),
      class: 'multivariate',
      arms: [50, 30, 20].map((percent, v) => ({
        name: `v${v}`,
        percent,
        value: payload(key('multi', i), v),
      })),
    })),
    ...many(5, (i) =>
      i < 3
        ? { key: key('segment', i), class: 'segment', segment: [...SEGMENTS.keys()][i % 2] }
        : {
            key: key('segment', i),
            class: 'segment',
            requires: key('bool', 0),
            conditions: [condition(i + 1)],
          },
    ),
  ];
}

const HOLDS = {
  is: (value, wanted) => value === wanted,
  in: (value, wanted) => wanted.includes(value),
  startsWith: (value, wanted) => value.startsWith(wanted),
  above: (value, wanted) => value > wanted,
  atLeast: (value, wanted) => {
    const [mine, theirs] = [value, wanted].map((text) => text.split('.').map(Number));
    const at = mine.findIndex((part, i) => part !== theirs[i]);
    return at < 0 || mine[at] > theirs[at];
  },
};

function holds({ attribute, ...test }, context) {
  const [[operator, wanted]] = Object.entries(test);
  return HOLDS[operator](context[attribute], wanted);
}

/** The answer that everybody must give; undefined where it depends on the contender's own hash. */
export function expected(flag, context) {
  if (flag.class === 'boolean') return flag.on;
  if (flag.class === 'targeting') return flag.conditions.every((one) => holds(one, context));
  // The required flag, bool-000-00, is on.
  if (flag.class === 'segment') {
    return (flag.conditions ?? SEGMENTS.get(flag.segment)).every((one) => holds(one, context));
  }
  return undefined;
}
