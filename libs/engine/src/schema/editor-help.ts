/** What an editor shows about a place in a file, beside what the schema itself says. */
export interface Help {
  readonly text?: string;
  /** Values to choose from where the schema leaves more open. */
  readonly examples?: readonly unknown[];
  /** Whole pieces that an editor offers. */
  readonly snippets?: readonly { readonly label: string; readonly body: unknown }[];
  readonly keys?: { readonly [key: string]: Help };
  /** Of every value of a map with free names, and every item of a list. */
  readonly each?: Help;
}

export const say = (text: string, more: Omit<Help, 'text'> = {}): Help => ({ text, ...more });

/** Where the cursor of an editor stops in a piece that it offers, with the text that stands there. */
export const stop = (order: number, text: string) => `\${${order}:${text}}`;

/** How a share is drawn, wherever that may stand; the nearest wins (sentence 26). */
export const DRAW_HELP = {
  by: say(
    'The attribute by which shares are drawn, or a list of which the first one present counts. Left out: `targetingKey`. Changing it moves people to other sides.',
    { examples: ['accountId', ['accountId', 'deviceId']] },
  ),
  salt: say(
    'What is hashed together with the unit. Left out: the flag’s key. Another salt draws everybody anew.',
  ),
  bucketing: say(
    'The algorithm that draws shares. Only flags that came from another service need `flagd-v2`.',
  ),
};

export const OUTCOME_HELP = {
  serve: say('The variant that is served: a name from `variants`.', { examples: ['on', 'off'] }),
  split: say('Percentages by variant, exactly 100 together: `{ on: 50, off: 50 }`.', {
    snippets: [{ label: 'half and half', body: { on: 50, off: 50 } }],
  }),
};

/** The operators of a condition (sentence 18). */
const OPERATORS: { readonly [operator: string]: Help } = {
  is: say('Equal to this value. A plain value means the same: `platform: web`.'),
  in: say(
    'Equal to one of these; for `ip` an address or a network. A list means the same: `country: [NO, SE]`.',
  ),
  startsWith: say('Text that starts with this, or with one of these.'),
  endsWith: say('Text that ends with this, or with one of these.'),
  contains: say('Text that contains this, or one of these.'),
  matches: say('Text that fits this regular expression (RE2: no look-around, linear time).'),
  ignoreCase: say('Compare without regard to case. Only `true`; leave it out otherwise.'),
  lt: say('Less than this number or version, or before this date.'),
  lte: say('At most this number or version, or until this date.'),
  gt: say('More than this number or version, or after this date.'),
  gte: say('At least this number or version, or from this date on.'),
  exists: say('Whether the attribute is there at all, with the type that is declared.'),
};

export const CONDITION_HELP: Help = {
  text: 'Attributes with what they must be; all of them must hold. A plain value means `is`, a list means `in`.',
  keys: {
    any: say('At least one of these conditions must hold.'),
    all: say('All of these conditions must hold.'),
    not: say('This one condition must not hold. Missing attributes make it hold.'),
    segment: say('In this segment, or in one of these: names of files in `segments/`.'),
    flag: say('Another flag serves this variant, or one of these, to the same context.', {
      each: say('The variant, or a list of variants, that the other flag must serve.'),
    }),
    attribute: say('An attribute whose name is a reserved word: `{ attribute: segment, in: [gold] }`.'),
    ...OPERATORS,
  },
  each: { text: 'What this attribute must be: a value, a list, or operators.', keys: OPERATORS },
};

const STAGE: Help = {
  text: 'A step of the rollout. A unit is in if any stage reached so far takes it.',
  keys: {
    id: say('A name that telemetry, approvals and tests refer to.'),
    audience: say('Who is in at this stage. Left out: everyone.'),
    percent: say(
      'The share of the audience that is in, 0 to 100. It grows from stage to stage; the last is 100.',
      {
        examples: [1, 5, 25, 50, 100],
      },
    ),
    hold: say('The least time in this stage: `15m`, `1h`, `24h`.', { examples: ['15m', '1h', '4h', '24h'] }),
    approval: say('A team of which somebody who is not an author must agree before this stage is entered.'),
    prove: say('A guard that must have proved something before the stage is left.', {
      keys: {
        guard: say('The id of a guard of this plan.'),
        ratioBelow: say('The ratio between the exposed and the others that must be ruled out.'),
        within: say('How long to wait for the proof: `24h`.', { examples: ['24h'] }),
      },
    }),
  },
};

const GUARD: Help = {
  text: 'One metric that is watched. Each type takes its own fields.',
  keys: {
    id: say('A name that `prove` refers to.'),
    type: say(
      '`ratio` compares how often an outcome is an error, `latency` how long it takes; `ceiling` bounds the error rate whatever the others see; `prometheus` asks a query.',
    ),
    outcome: say('The outcome that applications report: `http.error`.', {
      examples: ['http.error', 'http.latency'],
    }),
    query: say('For `prometheus`: a query that gives one number.'),
    nullRatio: say(
      'For `ratio` and `latency`: how many times as frequent errors, or slow calls, may be before it counts as harm. Left out: 1.',
      { examples: [1, 1.25] },
    ),
    minErrors: say('For `ratio`: no alarm before so many errors of the new variant. Left out: 5.'),
    above: say('For `ceiling` percent of the calls, for `prometheus` a number: an alarm above it.', {
      examples: [5],
    }),
    below: say('For `prometheus`: an alarm below this number. Either `above` or `below`.'),
    window: say('For `ceiling`: how far back calls are counted. Left out: `2m`.', { examples: ['2m'] }),
    minCalls: say('For `ceiling`: no alarm before so many calls in the window. Left out: 200.'),
    for: say('For `prometheus`: so long it must be an alarm. Left out: at once.', { examples: ['5m'] }),
    onError: say(
      'For `prometheus`: what an answer does that does not come or is no number. Left out: `pause`.',
    ),
    onAlarm: say('What an alarm does: `rollback` takes the rollout back, `pause` stops it for a person.'),
  },
};

export const PLAN_HELP: Help = {
  text: 'How a rollout grows, and what stops it.',
  keys: {
    stages: say('The steps, in order.', {
      each: STAGE,
      snippets: [
        {
          label: 'a canary, then everybody',
          body: [
            { id: 'canary', percent: 1, hold: '1h' },
            { id: 'half', percent: 50, hold: '4h' },
            { id: 'full', percent: 100, hold: '24h' },
          ],
        },
      ],
    }),
    guards: say('Metrics that pause the rollout or take it back by themselves.', {
      each: GUARD,
    }),
    alpha: say(
      'How often all ratio and latency guards together may be wrong, over the whole rollout. Left out: 0.05.',
      { examples: [0.05, 0.01] },
    ),
    holdout: say('Percent of the units that stay out until the end, for comparison. At most 50.'),
    noData: say('What happens when a guard hears nothing.', {
      keys: {
        after: say('How long it may hear nothing: `10m`.', { examples: ['10m'] }),
        action: say('`pause` waits for a person, `rollback` takes the rollout back.'),
      },
    }),
    windows: say('When the rollout may grow, in the project’s time zone: `"Mon-Thu 09:00-16:00"`.', {
      examples: [['Mon-Thu 09:00-16:00']],
    }),
    deadline: say('When it should be done; later is a warning: `21d`.', { examples: ['21d'] }),
  },
};
