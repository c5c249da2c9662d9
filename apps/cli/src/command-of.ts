import { basename, relative } from 'node:path';

/**
 * How a person who reads our output can call us again, from the folder where they stand: npm does not put the command on
 * the PATH, so after `npx guidon` a bare `guidon` would not be found.
 */
export function commandOf(call: {
  /** The script that node was given, as `process.argv` has it. */
  readonly script: string;
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
}): string {
  // npx and `npm exec` say exec, a script of package.json says run-script.
  if (call.env.npm_command !== undefined) return 'npx --no-install guidon';
  // A link in a folder of the PATH has the command's bare name.
  if (basename(call.script) === 'guidon') return 'guidon';
  return `node ${shellWord(relative(call.cwd, call.script))}`;
}

function shellWord(text: string): string {
  return /^[\w./@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
