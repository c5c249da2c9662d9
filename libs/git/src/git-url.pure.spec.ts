import { describe, expect, it } from '@jest/globals';
import { repositoryConfig } from './git-config.js';
import { gitEnvironment } from './git-environment.js';
import { GitError } from './git-error.js';
import { parseSource, whyBranchRefused } from './git-url.js';
import { redact } from './redact.js';

describe('parseSource', () => {
  it.each([
    ['https://git.acme.example/shop/flags.git', 'https'],
    ['https://git.acme.example:8443/shop/flags', 'https'],
    ['ssh://git@git.acme.example/shop/flags.git', 'ssh'],
    ['git@git.acme.example:shop/flags.git', 'ssh'],
    ['file:///srv/git/flags.git', 'file'],
    ['http://127.0.0.1:8080/flags.git', 'http'],
    ['http://localhost/flags.git', 'http'],
    ['http://[::1]:3000/flags.git', 'http'],
  ])('accepts %s', (text, transport) => {
    expect(parseSource(text).transport).toBe(transport);
  });

  it.each([
    '',
    'ext::sh -c "touch /tmp/x"',
    'ext::sh',
    '--upload-pack=touch',
    '-oProxyCommand=x',
    '/srv/git/flags.git',
    'flags.git',
    'git://git.acme.example/flags.git',
    'HTTPS://git.acme.example/flags.git',
    'https://ada:secret@git.acme.example/flags.git',
    'https://ada@git.acme.example/flags.git',
    'https:///flags.git',
    'https://git.acme.example',
    'https://git.acme.example/flags.git?x=1',
    'https://git.acme.example/flags.git#x',
    'https://git.acme.example/fl ags.git',
    'https://git.acme.example/flags.git\n',
    'http://git.acme.example/flags.git',
    'http://127.0.0.1.evil.example/flags.git',
    'file://host/srv/git',
    'file:///',
    'ssh://-oProxyCommand=x/flags.git',
    'ssh://git:pw@git.acme.example/flags.git',
    'file:///srv\\git',
    'ssh://%2DoProxyCommand=x/flags.git',
    'ssh://git@a%20b/flags.git',
    'ssh://git@host-/flags.git',
    'https://git.acme.example/flags%0aurl=ext::sh.git',
    'https://git.acme.example/flags%00.git',
    'https://git.acme.example/a%2f..%2fb.git',
    'ssh://git@git.acme.example/a/%2e%2e/../../b/..%5cflags.git',
    'https://git.acme.example:99999/flags.git',
    'fd::7',
    'ext::file:///x',
    'https::ext::sh',
    'javascript:alert(1)//x',
  ])('refuses %j with a sentence that names the forms', (text) => {
    expect(() => parseSource(text)).toThrow(GitError);
    expect(() => parseSource(text)).toThrow(/Use https:\/\/host\/path/);
  });

  it('shows no user in what is displayed', () => {
    expect(parseSource('git@git.acme.example:shop/flags.git').display).toBe(
      'ssh://git.acme.example/shop/flags.git',
    );
  });
});

describe('whyBranchRefused', () => {
  it('lets ordinary names pass', () => {
    for (const name of ['main', 'release/1.x', 'feature_2', 'v1.0+b'])
      expect(whyBranchRefused(name)).toBeUndefined();
  });

  it('refuses options, ranges and reflog forms', () => {
    for (const name of ['-x', 'a..b', 'a@{1}', 'a b', 'a.lock', 'a/', '', 'a//b', 'a:b', '../x', 'a/.b'])
      expect(whyBranchRefused(name)).toBeDefined();
  });
});

describe('repositoryConfig', () => {
  it('allows only the transport of the source', () => {
    const config = repositoryConfig(parseSource('https://git.acme.example/flags.git'), {});
    expect(config).toMatch(/\[protocol "https"\]\n\tallow = always/);
    for (const other of ['ssh', 'file', 'http', 'ext', 'git'])
      expect(config).toContain(`[protocol "${other}"]\n\tallow = never`);
  });

  it('cannot be broken out of by a path or a token', () => {
    const config = repositoryConfig(parseSource('ssh://git@git.acme.example/flags.git'), {
      sshKeyFile: `/keys/a"; touch x '`,
      knownHostsFile: '/keys/known\nhosts',
    });
    expect(config.split('\n').filter((line) => line.includes('sshCommand'))).toHaveLength(1);
    expect(config).toContain(`-i '/keys/a\\"; touch x '\\\\'''`);
  });
});

describe('gitEnvironment', () => {
  it('passes on where programs lie and how to reach the outside, and nothing else of the process', () => {
    const hostile = Object.fromEntries(
      [
        ...['GIT_DIR', 'GIT_WORK_TREE', 'GIT_CONFIG', 'GIT_CONFIG_GLOBAL', 'GIT_CONFIG_COUNT'],
        ...['GIT_CONFIG_PARAMETERS', 'GIT_ASKPASS', 'SSH_ASKPASS', 'GIT_SSH', 'GIT_SSH_COMMAND'],
        ...['GIT_PROXY_COMMAND', 'GIT_EXTERNAL_DIFF', 'GIT_EXEC_PATH', 'GIT_TEMPLATE_DIR', 'GIT_EDITOR'],
        ...['GIT_ALTERNATE_OBJECT_DIRECTORIES', 'GIT_OBJECT_DIRECTORY', 'GIT_ALLOW_PROTOCOL', 'GIT_TRACE'],
        ...['GIT_PROTOCOL_FROM_USER', 'GIT_TRACE_CURL', 'HOME', 'XDG_CONFIG_HOME', 'EDITOR', 'PAGER'],
        ...['http_proxy', 'LD_PRELOAD', 'DATABASE_URL', 'GUIDON_ADMIN_KEY'],
      ].map((name) => [name, 'evil']),
    );
    const environment = gitEnvironment('/home', { ...hostile, PATH: '/bin', HTTPS_PROXY: 'http://proxy' });
    expect(Object.values(environment)).not.toContain('evil');
    expect(environment).toMatchObject({ PATH: '/bin', HTTPS_PROXY: 'http://proxy', HOME: '/home' });
    expect(environment).toMatchObject({ GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_NOSYSTEM: '1' });
  });
});

describe('redact', () => {
  it('removes user information, authorization headers, tokens and control characters', () => {
    const text = redact(
      "fatal: unable to access 'https://ada:hunter2@git.acme.example/x'\u001b[31m ghp_abcdef0123 s3cret\nAuthorization: Basic abc",
      ['s3cret'],
    );
    expect(text).not.toMatch(/hunter2|s3cret|abcdef|Basic/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for.
    expect(text).not.toMatch(/[\u0000-\u001f]/);
  });

  it('bounds the length', () => {
    expect(redact('x'.repeat(10_000)).length).toBeLessThan(700);
  });
});
