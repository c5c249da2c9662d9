import { DRAW_HELP, type Help, OUTCOME_HELP, PLAN_HELP, say, stop } from './editor-help.js';

const RULE: Help = {
  text: 'Who gets something of their own. The first rule that matches decides.',
  snippets: [
    {
      label: 'a rule',
      body: { id: stop(1, 'name'), when: { [stop(2, 'attribute')]: stop(3, 'value') }, serve: stop(4, 'on') },
    },
  ],
  keys: {
    id: say('A name that stays: telemetry, tests and audit refer to it.'),
    when: say('Who: attributes with what they must be. All of them must hold.'),
    percent: say(
      'The share of the matching units that gets it, 0 to 100; the others go on to the next rule.',
      {
        examples: [1, 10, 50],
      },
    ),
    ...OUTCOME_HELP,
    ...DRAW_HELP,
  },
};

const ENVIRONMENT: Help = {
  text: 'What this environment serves: a variant, or rules, a rollout, and `serve` or `split` for everyone else.',
  snippets: [
    {
      label: 'rules and everyone else',
      body: {
        rules: [
          { id: stop(1, 'name'), when: { [stop(2, 'attribute')]: stop(3, 'value') }, serve: stop(4, 'on') },
        ],
        serve: stop(5, 'off'),
      },
    },
  ],
  keys: {
    rules: say('Tried in order; the first that matches decides.', { each: RULE }),
    rollout: say('How a variant reaches everybody, step by step. It stands after the rules.', {
      keys: {
        to: say('The variant, or the split, that everybody shall get in the end.', { examples: ['on'] }),
        plan: { ...PLAN_HELP, text: 'The name of a plan in `guidon.yaml`, or the plan itself.' },
        start: say('When it begins, with an offset. Left out: as soon as the file is live.', {
          examples: ['2027-01-11T09:00:00+01:00'],
        }),
        ...DRAW_HELP,
      },
    }),
    ...OUTCOME_HELP,
    ...DRAW_HELP,
  },
};

export const FLAG_HELP: Help = {
  text: 'A Guidon flag. Its key is the name of this file.',
  snippets: [
    {
      label: 'a release flag',
      body: {
        type: 'release',
        owner: stop(1, 'team'),
        description: stop(2, 'What it does'),
        expires: stop(3, '2027-02-01'),
        safe: 'off',
        environments: { development: 'on', production: 'off' },
      },
    },
  ],
  keys: {
    type: say(
      '`release`: goes away once everybody has it. `experiment`: compares variants. `ops`: a switch that stays and is reviewed.',
    ),
    owner: say('The team that answers for it: a name from `teams` in `guidon.yaml`.'),
    description: say('What it does, in one sentence that a colleague understands.'),
    expires: say(
      'The day by which the flag should be gone; later is a warning and changes nothing that is served. For `release` and `experiment`.',
      { examples: ['2027-02-01'] },
    ),
    review: say('The day on which somebody looks at it again. For `ops`, instead of `expires`.', {
      examples: ['2027-02-01'],
    }),
    tags: say('Names from `tags` in `guidon.yaml`; the red button can switch off a whole tag.', {
      each: say('A tag that `guidon.yaml` declares.'),
    }),
    links: say('Where to read more: tickets, documents.', { each: say('A link that begins with https://.') }),
    waive: say('Lets one heuristic finding pass, with a reason. It is audited.', {
      each: say('Why the finding does not apply here.'),
    }),
    essential: say('Spared by a red button for everything. Only `true`; leave it out otherwise.'),
    archived: say('The day on which the flag was retired. It then has `serve` and no `environments`.', {
      examples: ['2026-11-30'],
    }),
    variants: say(
      'Names with the values that applications get; all of one type. Left out: `{ on: true, off: false }`.',
      {
        snippets: [
          {
            label: 'two texts',
            body: { [stop(1, 'control')]: stop(2, 'value'), [stop(3, 'treatment')]: stop(4, 'value') },
          },
        ],
        each: say('The value that applications get for this variant.'),
      },
    ),
    safe: say(
      'The variant that is served when the flag is killed, when a requirement fails, and where nothing else is said.',
      { examples: ['off'] },
    ),
    serve: say('What an archived flag serves everywhere.', { examples: ['on', 'off'] }),
    requires: say('Other flags and the variant that each must serve; else this one serves `safe`.', {
      each: say('The variant, or a list of variants, that the other flag must serve.'),
    }),
    environments: say('What each environment serves. One that is not listed serves `safe`.', {
      each: ENVIRONMENT,
    }),
    ...DRAW_HELP,
  },
};
