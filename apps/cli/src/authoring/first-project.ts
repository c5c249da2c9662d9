import { flagText, inForm, type NewFlag, testText } from './flag-files.js';
import { yamlText } from './yaml-text.js';

export interface FirstProject {
  readonly project: string;
  readonly team: string;
  readonly email: string;
  /** `YYYY-MM-DD` for the first flag. */
  readonly expires: string;
}

export const FIRST_FLAG = 'hello-guidon';

/** The files of a new flags folder by path: everything that is needed, and nothing that is not used. */
export function firstFiles(first: FirstProject): ReadonlyMap<string, string> {
  const flag: NewFlag = {
    type: 'release',
    owner: first.team,
    description: 'A first flag to try things with. Delete it by archiving it',
    date: first.expires,
    safe: 'off',
    serves: [
      ['development', 'on'],
      ['staging', 'off'],
      ['production', 'off'],
    ],
  };
  const noted = flagText(flag)
    .replace(/^safe: off$/m, 'safe: off # when killed, when in doubt, where nothing else is said')
    .replace(
      /^ {2}production: off$/m,
      '  production: off # protected: a new flag begins at its safe variant',
    );
  return new Map([
    ['guidon.yaml', projectText(first)],
    [`${FIRST_FLAG}.yaml`, inForm(`# One file is one flag; its name is the flag's key.\n${noted}`, 'flag')],
    [`${FIRST_FLAG}.test.yaml`, testText(flag)],
  ]);
}

function projectText({ project, team, email }: FirstProject): string {
  return inForm(
    `# The project file. Everything that a flag may name is declared here, so a typo is an error.
project: ${yamlText(project)}
timezone: UTC # for the \`windows\` of rollout plans

# In order; applications get the first one unless they are told otherwise.
environments:
  - id: development
  - id: staging
  - id: production
    protected: true # new flags begin at their safe variant, and shares grow by rollout plans
    # A change reaches 1 % of the application instances first, then 10 %, then half, then all.
    waves: [{ percent: 1, hold: 60s }, { percent: 10, hold: 60s }, { percent: 50, hold: 60s }]

# What applications tell about who is asking, with types; targetingKey and now are always there.
attributes:
  accountId: string
  appVersion: semver
  country: string
  email: string

# Who owns flags. Every flag names one of these teams.
teams:
  ${team}: { members: [${yamlText(email)}] }

# How a feature reaches everybody, step by step: a flag says \`rollout: { to: on, plan: steady }\`.
plans:
  steady:
    stages:
      - { id: canary, percent: 1, hold: 1h }
      - { id: tenth, percent: 10, hold: 4h }
      - { id: half, percent: 50, hold: 4h }
      - { id: full, percent: 100, hold: 24h }
    # More errors among those who have it than among those who do not take it back; the last 1 % wait until it is done.
    guards:
      - { id: errors, type: ratio, outcome: http.error, onAlarm: rollback }
    holdout: 1
    noData: { after: 10m, action: pause }
    deadline: 21d
`,
    'project',
  );
}
