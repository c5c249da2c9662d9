import { type Help, say, stop } from './editor-help.js';
import { FLAG_HELP } from './flag-help.js';
import { PROJECT_HELP } from './project-help.js';

export type FileKind = 'flag' | 'project' | 'segment' | 'test';

const SEGMENT: Help = {
  text: 'A segment: a condition with a name, which many flags can use.',
  keys: {
    owner: say('The team that answers for it: a name from `teams` in `guidon.yaml`.'),
    description: say('Who is in it, in one sentence.'),
    when: say('Who: attributes with what they must be. It may name segments, but no flag.'),
  },
};

const TEST: Help = {
  text: 'The tests of the flag beside this file.',
  snippets: [
    {
      label: 'a case',
      body: {
        cases: [
          {
            name: stop(1, 'what it shows'),
            context: { targetingKey: 'u-1' },
            expect: { [stop(2, 'production')]: stop(3, 'off') },
          },
        ],
      },
    },
  ],
  keys: {
    cases: say(
      'Run by lint, by `guidon test` and by the server: a flag whose tests fail is not served anew.',
      {
        each: {
          text: 'Somebody who asks, and what they must get.',
          keys: {
            name: say('What it shows, as a sentence. Each name once.'),
            context: say('Who asks: attributes with values, as an application would send them.'),
            now: say('When they ask, with an offset. Left out: the time of the run.', {
              examples: ['2027-01-11T09:00:00+01:00'],
            }),
            stage: say('The stage that the rollout has reached, or `done`. Left out: it has not begun.', {
              examples: ['done'],
            }),
            flags: say('Other flags, each as if it served this variant everywhere.', {
              each: say('The variant that it serves.'),
            }),
            expect: say('By environment, the variant that must come.', {
              each: {
                text: 'The variant, or `{ variant, rule }` to name the rule that must decide as well.',
                keys: {
                  variant: say('The variant that must come.'),
                  rule: say('The id of the rule that must decide.'),
                },
              },
            }),
          },
        },
      },
    ),
  },
};

export const FILE_HELP: { readonly [kind in FileKind]: Help } = {
  flag: FLAG_HELP,
  project: PROJECT_HELP,
  segment: SEGMENT,
  test: TEST,
};
