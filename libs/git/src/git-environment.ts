/** Where git finds its programs, and how it reaches the outside behind a proxy: all that is taken from our own environment. */
const INHERITED = [
  'PATH',
  'HTTPS_PROXY',
  'https_proxy',
  'ALL_PROXY',
  'all_proxy',
  'NO_PROXY',
  'no_proxy',
  'SSH_AUTH_SOCK',
];

/** A fixed environment: nothing of the operator's shell (GIT_DIR, EDITOR, askpass programs) reaches git. */
export function gitEnvironment(homeDirectory: string, inherited: NodeJS.ProcessEnv): Record<string, string> {
  const environment: Record<string, string> = {
    HOME: homeDirectory,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_OPTIONAL_LOCKS: '0',
  };
  for (const name of INHERITED) {
    const value = inherited[name];
    if (value !== undefined && value !== '') environment[name] = value;
  }
  return environment;
}
