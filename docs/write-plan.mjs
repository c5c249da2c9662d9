// Writes the captured output into docs/plan.md, between `<!-- output NAME -->` and `<!-- end -->`: run it after a build when the
// command says something else. `--check` writes nothing and fails where the page is not what the command prints.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PAGE = fileURLToPath(new URL('plan.md', import.meta.url));
const BIN = fileURLToPath(new URL('../apps/cli/bin/guidon.js', import.meta.url));
/** The same time and people each time, so that commit ids and findings are too. */
const WHEN = '2026-11-23T12:00:00Z';
const ENVIRONMENT = {
  ...{ PATH: process.env.PATH, HOME: '/nonexistent', NO_COLOR: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
  ...{ GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'ada@acme.example', GIT_AUTHOR_DATE: WHEN },
  ...{ GIT_COMMITTER_NAME: 'Ada', GIT_COMMITTER_EMAIL: 'ada@acme.example', GIT_COMMITTER_DATE: WHEN },
};

const PROJECT = `project: acme-shop
timezone: Europe/Oslo
environments:
  - id: staging
  - { id: production, protected: true }
attributes:
  accountId: string
  appVersion: semver
  email: string
  orders: number
  store.country: [DK, FI, IS, "NO", SE]
teams:
  checkout: { members: [ada@acme.example] }
plans:
  careful:
    stages:
      - { id: staff, audience: { segment: staff }, hold: 15m }
      - { id: few, percent: 5, hold: 1h }
      - { id: half, percent: 50, hold: 4h }
      - { id: full, percent: 100, hold: 24h }
    guards: [{ id: errors, type: ratio, outcome: http.error, onAlarm: rollback }]
    holdout: 1
limits: { flagsPerTeam: 40, ageDays: 180, jumpPoints: 10, massChange: 30 }
`;
const STAFF =
  'owner: checkout\ndescription: People who work here\nwhen: { email: { endsWith: "@acme.example" } }\n';
const LOYAL = 'owner: checkout\ndescription: Who comes back\nwhen: { orders: { gte: 50 } }\n';
const head = (description) =>
  `type: release\nowner: checkout\ndescription: ${description}\nexpires: 2027-03-01\nsafe: off\n`;
const ONE_PAGE = `${head('One-page checkout')}by: accountId
environments:
  staging: on
  production:
    rules:
      - id: nordic-apps
        when: { store.country: ["NO", SE], appVersion: { gte: 2.10.0 } }
        percent: 10
        serve: on
    serve: off
`;
const GIFTS = `${head('Wrapping for presents')}environments:
  production:
    rules: [{ id: loyal, when: { segment: loyal }, serve: on }]
    serve: off
`;

const FILES = {
  'flags/guidon.yaml': PROJECT,
  'flags/segments/staff.yaml': STAFF,
  'flags/segments/loyal.yaml': LOYAL,
  'flags/one-page.yaml': ONE_PAGE,
  'flags/gifts.yaml': GIFTS,
  'users.jsonl': users(),
};

const SCENES = {
  jump: {
    args: ['--contexts', 'users.jsonl'],
    files: { 'flags/one-page.yaml': ONE_PAGE.replace(' 10\n', ' 100\n') },
  },
  rollout: {
    args: ['--contexts', 'users.jsonl'],
    files: {
      'flags/one-page.yaml': ONE_PAGE.replace(
        '    serve: off\n',
        '    rollout: { to: on, plan: careful }\n    serve: off\n',
      ),
    },
  },
  by: { args: [], files: { 'flags/one-page.yaml': ONE_PAGE.replace('by: accountId\n', '') } },
  segment: {
    args: ['--contexts', 'users.jsonl'],
    files: { 'flags/segments/loyal.yaml': LOYAL.replace('50', '30') },
  },
  broken: {
    args: [],
    files: {
      'flags/gifts.yaml': GIFTS.replace('serve: off', 'serve: of'),
      'flags/one-page.yaml': ONE_PAGE.replace('staging: on', 'staging: off').replace(
        '["NO", SE]',
        '["NO", SE, DK]',
      ),
    },
  },
  json: { args: ['--json'], files: { 'flags/one-page.yaml': ONE_PAGE.replace(' 10\n', ' 15\n') } },
};

/** 10,000 customers of a made-up shop, always the same. */
function users() {
  let state = 7;
  const next = (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const lines = Array.from({ length: 10_000 }, (_, i) =>
    JSON.stringify({
      targetingKey: `u-${i}`,
      accountId: `acct-${i}`,
      email: `u${i}@${next(100) === 0 ? 'acme' : 'mail'}.example`,
      orders: next(100),
      appVersion: `${1 + next(3)}.${next(12)}.0`,
      'store.country': ['DK', 'FI', 'IS', 'NO', 'SE'][next(5)],
    }),
  );
  return `${lines.join('\n')}\n`;
}

function write(folder, files) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function git(cwd, ...args) {
  const { status, stderr } = spawnSync('git', args, { cwd, env: ENVIRONMENT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
}

function capture(folder, { args, files }) {
  write(folder, files);
  const call = ['plan', '--now', WHEN, ...args];
  const { stdout, stderr, status } = spawnSync(process.execPath, [BIN, ...call], {
    ...{ cwd: folder, env: ENVIRONMENT, encoding: 'utf8' },
  });
  if (stderr !== '') throw new Error(stderr);
  write(folder, FILES);
  const shown = ['guidon plan', ...args].join(' ');
  const wide = stdout.replaceAll(/[ \t]+$/gm, '').trimEnd();
  return args.includes('--json')
    ? `\`\`\`json\n${wide}\n\`\`\``
    : `\`\`\`text\n$ ${shown}\n${wide}\n$ echo $?\n${status}\n\`\`\``;
}

function render(page) {
  const folder = mkdtempSync(join(tmpdir(), 'guidon-plan-page-'));
  try {
    write(folder, FILES);
    git(folder, 'init', '--quiet', '--initial-branch=main');
    git(folder, 'add', '--all');
    git(folder, 'commit', '--quiet', '--message=The shop');
    return page.replaceAll(/<!-- output (\w+) -->\n[\s\S]*?<!-- end -->/g, (_, name) => {
      if (!(name in SCENES)) throw new Error(`There is no scene ${name}.`);
      return `<!-- output ${name} -->\n${capture(folder, SCENES[name])}\n<!-- end -->`;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const page = readFileSync(PAGE, 'utf8');
const rendered = render(page);
if (!process.argv.includes('--check')) writeFileSync(PAGE, rendered);
else if (rendered !== page) {
  console.error('docs/plan.md is not what the command prints; run node docs/write-plan.mjs after a build.');
  process.exitCode = 1;
}
