export const CI_HOSTS = ['github', 'gitlab', 'none'] as const;
export type CiHost = (typeof CI_HOSTS)[number];

interface CiFile {
  /** From the top of the repository. */
  readonly path: string;
  readonly text: string;
}

/** What checks every proposed change; it calls nothing but the command. `flags` is the folder from the top. */
export function ciFile(host: CiHost, flags: string): CiFile | undefined {
  const folder = /^[\w./-]+$/.test(flags) ? flags : `'${flags.replaceAll("'", "'\\''")}'`;
  if (host === 'github') return { path: '.github/workflows/guidon.yml', text: github(folder) };
  if (host === 'gitlab') return { path: '.gitlab-ci.yml', text: gitlab(folder) };
  return undefined;
}

/** The branch names come in by the environment: text inside a script could be more than a name. */
function github(folder: string): string {
  return `# Checks every proposed change of the flags. The steps are the same that you run on your own machine.
name: flags

on:
  pull_request:

permissions:
  contents: read

jobs:
  flags:
    runs-on: ubuntu-latest
    env:
      BASE: origin/\${{ github.base_ref }}
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0 # the whole history: a key is never used twice, and a change is compared with what was there
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - run: npm ci # brings the guidon command; leave it out where the runner has it
      - run: npx --no-install guidon fmt --check ${folder}
      - run: npx --no-install guidon lint --strict --base "$BASE" ${folder}
      - run: npx --no-install guidon test ${folder}
      - run: npx --no-install guidon plan "$BASE"
`;
}

function gitlab(folder: string): string {
  return `# Checks every proposed change of the flags. The steps are the same that you run on your own machine.
flags:
  image: node:22
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  variables:
    GIT_DEPTH: 0 # the whole history: a key is never used twice, and a change is compared with what was there
  script:
    - npm ci # brings the guidon command; leave it out where the image has it
    - npx --no-install guidon fmt --check ${folder}
    - npx --no-install guidon lint --strict --base "$CI_MERGE_REQUEST_DIFF_BASE_SHA" ${folder}
    - npx --no-install guidon test ${folder}
    - npx --no-install guidon plan "$CI_MERGE_REQUEST_DIFF_BASE_SHA"
`;
}
