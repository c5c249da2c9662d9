import { describe, expect, it } from '@jest/globals';
import { describeProblems, loadConfig } from './load-config.js';

const SECRET = 'A'.repeat(43);
const NOTIFY_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const given = { GUIDON_GIT_URL: 'file:///srv/shop.git' };

function configOf(env: Record<string, string> = {}) {
  const result = loadConfig({ ...given, ...env }, '/srv/guidon');
  if (!result.ok) throw new Error(describeProblems(result.problems));
  return result.config;
}

function problemsOf(env: Record<string, string | undefined>) {
  const result = loadConfig({ ...given, ...env }, '/srv/guidon');
  return result.ok ? [] : result.problems.map((problem) => `${problem.variable} ${problem.sentence}`);
}

it('needs nothing but the place of the flags', () => {
  expect(configOf()).toMatchObject({
    host: '127.0.0.1',
    port: 4242,
    dataDir: '/srv/guidon/.guidon',
    role: 'all',
    production: false,
    git: { url: 'file:///srv/shop.git', path: 'flags' },
    keys: {},
    peers: [],
    webhookSecrets: [],
  });
  expect(configOf()).not.toHaveProperty('databaseUrl');
});

it('reads every form that the design names', () => {
  const config = configOf({
    PORT: '0',
    DATABASE_URL: 'postgresql://guidon@localhost/guidon',
    GUIDON_SIGNING_KEY: Buffer.alloc(32, 1).toString('base64'),
    GUIDON_ADMIN_KEY: `gdn_admin_abcdefgh_${SECRET}`,
    GUIDON_EGRESS_ALLOW: 'api.github.com, hooks.example',
    GUIDON_NOTIFY_URL: 'https://hooks.acme.example/x?y=1',
    GUIDON_NOTIFY_SECRET: `${NOTIFY_SECRET},${NOTIFY_SECRET}`,
    GUIDON_NOTIFY_URLS_FILE: '/etc/guidon/receivers',
    GUIDON_PEERS: 'http://one:4242,http://two:4242',
    GUIDON_OIDC_ISSUER: 'https://id.example',
    GUIDON_OIDC_CLIENT_ID: 'guidon',
    GUIDON_WEBHOOK_SECRET: 'the-old-one-of-16, the-new-one-of-16',
    NODE_ENV: 'production',
  });
  expect(config).toMatchObject({
    webhookSecrets: ['the-old-one-of-16', 'the-new-one-of-16'],
    port: 0,
    production: true,
    egressAllow: ['api.github.com', 'hooks.example'],
    notify: {
      url: 'https://hooks.acme.example/x?y=1',
      secrets: [NOTIFY_SECRET, NOTIFY_SECRET],
      urlsFile: '/etc/guidon/receivers',
    },
  });
  expect(config.signingKey).toHaveLength(32);
  expect(config.keys.admin).toEqual({ kind: 'admin', id: 'abcdefgh', secret: SECRET });
  expect(config.oidc).toMatchObject({ issuer: 'https://id.example', keyHours: 12 });
});

describe('given settings that are wrong', () => {
  it('names all of them at once, and never a value', () => {
    const problems = problemsOf({
      GUIDON_GIT_URL: undefined,
      PORT: '0x50',
      DATABASE_URL: 'mysql://root:hunter2@db/x',
      GUIDON_ADMIN_KEY: 'gdn_server_abcdefgh_hunter2',
      GUIDON_WEBHOOK_SECRET: 'hunter2',
      GUIDON_ROLE: 'leader',
      GUIDON_POLL_SECONDS: '0',
    });
    expect(problems.map((problem) => problem.split(' ')[0]).sort()).toEqual([
      'DATABASE_URL',
      'GUIDON_ADMIN_KEY',
      'GUIDON_GIT_URL',
      'GUIDON_POLL_SECONDS',
      'GUIDON_ROLE',
      'GUIDON_SIGNING_KEY',
      'GUIDON_WEBHOOK_SECRET',
      'PORT',
    ]);
    expect(problems.join()).not.toContain('hunter2');
    expect(problems.join()).toContain('must be one of all, control, serve');
  });

  it.each([
    [{ PORT: ' ' }, 'PORT is set but blank: give it a value or unset it'],
    [{ GUIDON_WEBHOOK_SECERT: 'x' }, 'GUIDON_WEBHOOK_SECERT is unknown: did you mean GUIDON_WEBHOOK_SECRET?'],
    [
      { GUIDON_WEBHOOK_SECRET: 'long-enough-to-be-one,short' },
      'GUIDON_WEBHOOK_SECRET must be a secret of at least 16 characters, or several with commas while one is replaced',
    ],
    [
      { GUIDON_GIT_URL: 'ext::sh -c id' },
      'GUIDON_GIT_URL must be an https, ssh or file URL, or an absolute path',
    ],
    [
      { GUIDON_GIT_URL: 'http://git.example/x.git' },
      'GUIDON_GIT_URL must be an https, ssh or file URL, or an absolute path',
    ],
    [
      { GUIDON_GIT_URL: '--upload-pack=id' },
      'GUIDON_GIT_URL must be an https, ssh or file URL, or an absolute path',
    ],
    [
      { GUIDON_NOTIFY_URL: 'http://hooks.acme.example/x', GUIDON_NOTIFY_SECRET: NOTIFY_SECRET },
      'GUIDON_NOTIFY_URL must be an https URL (http on this machine only), without user and fragment, e.g. https://hooks.acme.example/guidon',
    ],
    [
      { GUIDON_NOTIFY_URL: 'https://hooks.acme.example/x' },
      'GUIDON_NOTIFY_SECRET is not set, but the other of GUIDON_NOTIFY_URL and GUIDON_NOTIFY_SECRET is: notifications need both, since each is signed',
    ],
    [
      { GUIDON_NOTIFY_URL: 'https://hooks.acme.example/x', GUIDON_NOTIFY_SECRET: 'whsec_c2hvcnQ=' },
      'GUIDON_NOTIFY_SECRET must be whsec_ and 24 to 64 random bytes in base64, or several with commas while one is replaced; `echo whsec_$(openssl rand -base64 32)` prints one',
    ],
    [{ GUIDON_GIT_PATH: '../etc' }, 'GUIDON_GIT_PATH must be a folder inside the repository'],
    [{ GUIDON_GIT_BRANCH: '--all' }, 'GUIDON_GIT_BRANCH must be the name of a branch'],
    [
      { GUIDON_SIGNING_KEY: 'c2hvcnQ=' },
      'GUIDON_SIGNING_KEY must be 32 random bytes in base64; `openssl rand -base64 32` prints some',
    ],
  ])('refuses %j', (env, sentence) => {
    expect(problemsOf(env)).toEqual([sentence]);
  });

  it.each([
    [
      { GUIDON_GIT_API_URL: 'https://git.example/api/v1' },
      ['GUIDON_GIT_HOST is not set, but GUIDON_GIT_API_URL needs it: one of github, gitlab, gitea'],
    ],
    [
      { GUIDON_GIT_HOST: 'gitea', GUIDON_GIT_API_URL: 'http://git.example/api/v1' },
      [
        'GUIDON_GIT_API_URL must be https (http on this machine only), without user, query and fragment',
        'GUIDON_GIT_TOKEN_FILE is not set, but GUIDON_GIT_HOST needs it: the API is called with that token',
        'GUIDON_GIT_HOST is set, but GUIDON_GIT_URL names no repository of a host such as https://host/owner/name.git',
      ],
    ],
    [
      {
        GUIDON_GIT_HOST: 'gitlab',
        GUIDON_GIT_TOKEN_FILE: '/t',
        GUIDON_GIT_URL: 'git@gitlab.com:acme/shop.git',
      },
      ['GUIDON_GIT_API_URL is not set, and GUIDON_GIT_URL is not https, so it cannot be told from it'],
    ],
  ])('tells at boot what is missing for the Git host: %j', (env, sentences) => {
    expect(problemsOf(env)).toEqual(sentences);
  });

  it('refuses the embedded database in production', () => {
    expect(problemsOf({ NODE_ENV: 'production' }).join()).toMatch(
      /DATABASE_URL is not set, and the embedded/,
    );
  });

  it('refuses one id for two keys', () => {
    const env = {
      GUIDON_ADMIN_KEY: `gdn_admin_abcdefgh_${SECRET}`,
      GUIDON_WEB_KEY: `gdn_web_abcdefgh_${SECRET}`,
    };
    expect(problemsOf(env)).toEqual(['GUIDON_ADMIN_KEY, GUIDON_WEB_KEY must have different ids']);
  });
});

it.each([
  ['github', 'https://github.com/acme/shop.git', 'https://api.github.com'],
  ['github', 'https://git.acme.example/acme/shop.git', 'https://git.acme.example/api/v3'],
  ['gitlab', 'https://gitlab.com/acme/sub/shop', 'https://gitlab.com/api/v4'],
  ['gitea', 'https://codeberg.org/acme/shop', 'https://codeberg.org/api/v1'],
])('finds the API of %s from %s', (host, url, apiUrl) => {
  const env = { GUIDON_GIT_HOST: host, GUIDON_GIT_URL: url, GUIDON_GIT_TOKEN_FILE: '/t' };
  expect(configOf(env).git).toMatchObject({ host, apiUrl });
  const given = configOf({ ...env, GUIDON_GIT_API_URL: 'https://api.example/v9' }).git;
  expect(given.apiUrl).toBe('https://api.example/v9');
});

it('lets names pass that an orchestrator or our own tools set', () => {
  expect(
    problemsOf({
      GUIDON_SERVICE_HOST: '10.0.0.1',
      GUIDON_PORT_4242_TCP: 'tcp://10.0.0.1:4242',
      GUIDON_URL: 'x',
      GUIDON_KEY: 'x',
      GUIDON_TEST_LONG: '1',
    }),
  ).toEqual([]);
});
