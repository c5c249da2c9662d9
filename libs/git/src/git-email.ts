import { gitEnvironment } from './git-environment.js';
import { type GitRunner, runToEnd } from './run-git.js';

/** The address with which a person's commits are made from a folder; undefined where none is set or there is no git. */
export async function gitEmail(
  folder: string,
  inherited: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  // The person's own configuration is what is asked for, so the system's part of it counts too.
  const { GIT_CONFIG_NOSYSTEM: _, ...environment } = gitEnvironment(inherited.HOME ?? '/', inherited);
  const runner: GitRunner = {
    directory: folder,
    discovers: true,
    environment,
    timeoutMs: 10_000,
    secrets: [],
  };
  const ended = await runToEnd(runner, ['config', '--get', 'user.email']).catch(() => undefined);
  const email = ended?.code === 0 ? ended.stdout.trim() : '';
  return email === '' ? undefined : email;
}
