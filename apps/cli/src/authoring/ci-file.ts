export const CI_HOSTS = ['github', 'gitlab', 'none'] as const;
export type CiHost = (typeof CI_HOSTS)[number];

interface CiFile {
  /** From the top of the repository. */
  readonly path: string;
  readonly text: string;
}

/** What checks every proposed change; it calls nothing but the command. `flags` is the folder from the top. */
export function ciFile(host: CiHost, flags: string): CiFile | undefined {
  if (host === 'github') return { path: '.github/workflows/guidon.yml', text: github(flags) };
  if (host === 'gitlab') return { path: '.gitlab-ci.yml', text: gitlab(flags) };
  return undefined;
}

/** What CI must be told once, outside of the file, for the command is on no registry. */
export const CI_SETTINGS = {
  github: 'In the settings of the repository, set the variable GUIDON_REPOSITORY: your copy of Guidon',
  gitlab: 'In the CI/CD settings of the project, set the variable GUIDON_PROJECT: your copy of Guidon',
  none: undefined,
} as const satisfies { readonly [host in CiHost]: string | undefined };

const isPlain = (text: string) => /^[\w./-]+$/.test(text);

function shellWord(text: string): string {
  return isPlain(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function yamlText(text: string): string {
  return isPlain(text) ? text : JSON.stringify(text);
}

/**
 * The store and Guidon lie side by side, so that no command finds strange files in the store.
 * Branch names come in by the environment: text inside a script could be more than a name. `--strict` stays out of pull
 * requests, where it would hold up everybody for somebody else's expired flag.
 */
function github(flags: string): string {
  const folder = shellWord(flags);
  return `# Checks every proposed change of the flags. The steps are the same that you run on your own machine.
name: flags

on:
  pull_request:
  schedule:
    - cron: "17 6 * * 1" # what time alone has caused: expired flags, overdue reviews

permissions:
  contents: read
  pull-requests: write # for the comment with the plan

jobs:
  flags:
    runs-on: ubuntu-latest
    env:
      BASE: origin/\${{ github.base_ref }}
      GUIDON: node ../guidon/apps/cli/bin/guidon.js
      # Your copy of Guidon, such as acme/guidon: a variable in the settings of this repository.
      GUIDON_REPOSITORY: \${{ vars.GUIDON_REPOSITORY }}
    defaults:
      run:
        shell: bash
        working-directory: store
    steps:
      - uses: actions/checkout@v5
        with:
          path: store
          fetch-depth: 0 # the whole history: a key is never used twice, and a change is compared with what was there
      - name: Is it known where Guidon lies?
        run: |
          [ -n "$GUIDON_REPOSITORY" ] || { echo "::error::Set the variable GUIDON_REPOSITORY to your copy of Guidon, such as acme/guidon."; exit 1; }
      - uses: actions/checkout@v5
        with:
          repository: \${{ vars.GUIDON_REPOSITORY }}
          path: guidon
          token: \${{ secrets.GUIDON_TOKEN || github.token }} # GUIDON_TOKEN where that copy is private
      - uses: actions/setup-node@v5
        with:
          node-version: 22
      - run: npm ci && npm run build
        working-directory: guidon
      - run: $GUIDON fmt --check ${folder}
      - run: $GUIDON lint --format github --base "$BASE" ${folder}
        if: github.event_name == 'pull_request'
      - run: $GUIDON lint --format github --no-base --strict ${folder}
        if: github.event_name == 'schedule'
      - run: $GUIDON test ${folder}
      - uses: ./guidon/integrations/github-action
        if: github.event_name == 'pull_request'
        with:
          command: node guidon/apps/cli/bin/guidon.js
          directory: ${yamlText(`store/${flags}`)}
`;
}

function gitlab(flags: string): string {
  const folder = shellWord(flags);
  return `# Checks every proposed change of the flags. The steps are the same that you run on your own machine.
# GUIDON_PROJECT is your copy of Guidon, such as acme/guidon: a variable in the CI/CD settings of this project.
include:
  - project: $GUIDON_PROJECT
    file: /integrations/gitlab/guidon-plan.yml

default:
  image: node:22
  before_script:
    - git clone --depth 1 "$CI_SERVER_PROTOCOL://gitlab-ci-token:$CI_JOB_TOKEN@$CI_SERVER_HOST:$CI_SERVER_PORT/$GUIDON_PROJECT.git" /tmp/guidon
    - (cd /tmp/guidon && npm ci && npm run build)

variables:
  GUIDON: node /tmp/guidon/apps/cli/bin/guidon.js
  GIT_DEPTH: "0" # the whole history: a key is never used twice, and a change is compared with what was there

flags:
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  script:
    - $GUIDON fmt --check ${folder}
    - $GUIDON lint --format gitlab --base "$CI_MERGE_REQUEST_DIFF_BASE_SHA" ${folder} > gl-code-quality-report.json || true
    - $GUIDON lint --base "$CI_MERGE_REQUEST_DIFF_BASE_SHA" ${folder}
    - $GUIDON test ${folder}
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json

# What time alone has caused: expired flags, overdue reviews. Let a pipeline schedule run it.
flags-in-time:
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule"
  script:
    - $GUIDON lint --no-base --strict ${folder}

# What the change does to whom, as a comment where GUIDON_COMMENT_TOKEN is set.
guidon-plan:
  variables:
    GUIDON_COMMAND: node /tmp/guidon/apps/cli/bin/guidon.js
    GUIDON_DIRECTORY: ${yamlText(flags)}
`;
}
