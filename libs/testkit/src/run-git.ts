import { runInGitProcess } from './git-process.js';

/** Enough for every repository that a test makes; a hanging git must not hang the suite. */
const TIMEOUT_MS = 60_000;

/** The machine's own configuration must not change what a test sees. */
export function gitEnvironment(): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_COUNT: '3',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: '*',
    GIT_CONFIG_KEY_1: 'commit.gpgSign',
    GIT_CONFIG_VALUE_1: 'false',
    GIT_CONFIG_KEY_2: 'protocol.file.allow',
    GIT_CONFIG_VALUE_2: 'always',
  };
}

/** Runs git in a folder and returns what it printed, without the last line end; rejects with what it complained of. */
export async function runGit(
  cwd: string,
  args: readonly string[],
  env: { readonly [name: string]: string } = {},
): Promise<string> {
  const { stdout, stderr, failure } = await runInGitProcess(args, {
    cwd,
    env: { ...gitEnvironment(), ...env },
    timeout: TIMEOUT_MS,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (failure === undefined) return stdout.replace(/\n$/, '');
  throw new Error(`git ${args.join(' ')}: ${stderr.trim() || failure}`);
}
