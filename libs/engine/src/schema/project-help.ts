import { type Help, PLAN_HELP, say } from './editor-help.js';

export const PROJECT_HELP: Help = {
  text: 'The project file. Everything that a flag may name is declared here.',
  keys: {
    project: say('The name of the project.'),
    timezone: say('The time zone of `windows`, such as `Europe/Oslo`.', { examples: ['Europe/Oslo', 'UTC'] }),
    environments: say('In order; applications get the first unless they are told otherwise.', {
      each: {
        text: 'An environment.',
        keys: {
          id: say('Its name, which flags use.', { examples: ['development', 'staging', 'production'] }),
          protected: say('New flags begin at `safe` here, and shares grow by rollouts.'),
          waves: say('How a change reaches the application instances: a share, then the next.', {
            each: say('A share of the instances, and how long it is watched.', {
              keys: { percent: say('Of the instances.'), hold: say('How long before the next: `60s`.') },
            }),
          }),
          freeze: say('Times in which nothing may change except toward `safe`.', {
            each: say('One such time.', {
              keys: {
                from: say('When it begins, with an offset.'),
                to: say('When it ends, with an offset.'),
                reason: say('What people read when their change waits.'),
              },
            }),
          }),
        },
      },
    }),
    attributes: say(
      'What applications tell about who is asking, with types. `targetingKey` and `now` are always there; any other name in a file is an error.',
      {
        each: say('A type, or the list of the only texts that occur.'),
      },
    ),
    tags: say('Names that flags may carry.', { each: say('A tag.') }),
    teams: say('Who owns flags.', {
      each: say('A team.', {
        keys: {
          members: say('E-mail addresses.', { each: say('An e-mail address.') }),
          contact: say('Where to reach it: a channel, an address.'),
        },
      }),
    }),
    access: say('Who may do what on the server.', {
      each: say('A role for a team, a person or a group.', {
        keys: {
          role: say('`responder` may move any flag toward safe and nothing else.'),
          team: say('A team of this file.'),
          person: say('An e-mail address.'),
          group: say('A group of the identity provider.'),
          environments: say('Only here. Left out: everywhere.', {
            each: say('An environment of this file.'),
          }),
          protected: say('Only in environments that are protected, or only in those that are not.'),
          types: say('Only for flags of these types.', { each: say('A type of flag.') }),
          owners: say('Only for flags that these teams own.', { each: say('A team of this file.') }),
          tags: say('Only for flags with one of these tags.', { each: say('A tag of this file.') }),
        },
      }),
    }),
    plans: say('Rollout plans that flags name.', { each: PLAN_HELP }),
    limits: say('Bounds that lint watches.', {
      keys: {
        flagsPerTeam: say('Live flags of one team; more is a warning.'),
        ageDays: say('Days until a new flag should be gone.'),
        jumpPoints: say('Percentage points by which a share may grow at once in a protected environment.'),
        massChange: say('Percent of the flags, rules or segment members that one commit may take away.'),
      },
    }),
    commits: say('What a commit must bring before it is served.', {
      keys: {
        signatures: say('Whether commits must be signed.'),
        reviews: say('How many approvals a change needs.'),
        rewrite: say('Whether the branch may be rewritten.'),
      },
    }),
  },
};
