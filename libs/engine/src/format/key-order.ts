import type { FileKind } from '../schema/index.js';

/**
 * What formatting knows of a place in a file: the order of its keys, and what lies below. A map without `keys` is one whose
 * names people chose, and a condition: their order is theirs.
 */
export interface Shape {
  readonly keys?: { readonly [key: string]: Shape };
  /** Of every value of a map with free names, and of every item of a list. */
  readonly each?: Shape;
  /** A map with this key alone may be written as its value: `production: off`. */
  readonly short?: string;
}

const ANY: Shape = {};

const names = (...keys: string[]) => Object.fromEntries(keys.map((key) => [key, ANY]));

const STAGE: Shape = {
  keys: {
    ...names('id', 'audience', 'percent', 'hold', 'approval'),
    prove: { keys: names('guard', 'ratioBelow', 'within') },
  },
};

const PLAN: Shape = {
  keys: {
    stages: { each: STAGE },
    guards: {
      each: {
        keys: {
          ...names('id', 'type', 'outcome', 'query', 'nullRatio', 'minErrors', 'above', 'below'),
          ...names('window', 'minCalls', 'for', 'onError', 'onAlarm'),
        },
      },
    },
    ...names('alpha', 'holdout'),
    noData: { keys: names('after', 'action') },
    ...names('windows', 'deadline'),
  },
};

/** How a share is drawn, wherever that may stand. */
const DRAW = names('by', 'salt', 'bucketing');

const RULE: Shape = { keys: { ...names('id', 'when', 'percent'), ...DRAW, ...names('serve', 'split') } };

const ENVIRONMENT: Shape = {
  keys: {
    ...DRAW,
    rules: { each: RULE },
    rollout: { keys: { to: ANY, plan: PLAN, start: ANY, ...DRAW } },
    ...names('serve', 'split'),
  },
  short: 'serve',
};

const FLAG: Shape = {
  keys: {
    ...names('type', 'owner', 'description', 'expires', 'review', 'tags', 'links', 'essential'),
    ...names('variants', 'safe', 'waive', 'archived', 'serve', 'requires'),
    ...DRAW,
    environments: { each: ENVIRONMENT },
  },
};

const DECLARED_ENVIRONMENT: Shape = {
  keys: {
    ...names('id', 'protected'),
    waves: { each: { keys: names('percent', 'hold') } },
    freeze: { each: { keys: names('from', 'to', 'reason') } },
  },
};

const PROJECT: Shape = {
  keys: {
    ...names('project', 'timezone'),
    environments: { each: DECLARED_ENVIRONMENT },
    ...names('attributes', 'tags'),
    teams: { each: { keys: names('members', 'contact') } },
    access: {
      each: {
        keys: {
          ...names('role', 'team', 'person', 'group'),
          ...names('environments', 'protected', 'types', 'owners', 'tags'),
        },
      },
    },
    plans: { each: PLAN },
    limits: { keys: names('flagsPerTeam', 'ageDays', 'jumpPoints', 'massChange') },
    commits: { keys: names('signatures', 'reviews', 'rewrite') },
  },
};

const TEST: Shape = {
  keys: {
    cases: {
      each: {
        keys: {
          ...names('name', 'context', 'flags', 'now', 'stage'),
          expect: { each: { keys: names('variant', 'rule'), short: 'variant' } },
        },
      },
    },
  },
};

export const SHAPES: { readonly [kind in FileKind]: Shape } = {
  flag: FLAG,
  project: PROJECT,
  segment: { keys: names('owner', 'description', 'when') },
  test: TEST,
};

/** The shape below a key of a map or, without one, below an item of a list. */
export function shapeBelow(shape: Shape, key: string | undefined): Shape {
  const own = shape.keys;
  if (key !== undefined && own !== undefined && Object.hasOwn(own, key)) return own[key] as Shape;
  return shape.each ?? ANY;
}

/** Known keys in their order, then the others as they stood. */
export function rankOf(shape: Shape, key: string | undefined): number {
  if (shape.keys === undefined || key === undefined) return 0;
  const rank = Object.keys(shape.keys).indexOf(key);
  return rank === -1 ? Number.MAX_SAFE_INTEGER : rank;
}
