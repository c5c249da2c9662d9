// Compiles every workspace. `tsc -b` does nothing in a fraction of a second when all is up to date.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runNode, showProgress } from './steps.mjs';

const TSC = join('node_modules', '@typescript', 'native', 'bin', 'tsc');

export async function compile() {
  const first = !existsSync(join(ROOT, 'apps', 'server', 'dist', 'main.js'));
  const end = first ? showProgress('Building') : undefined;
  const code = await runNode([TSC, '-b']);
  end?.();
  return code;
}

export function checkTypesOfSpecs() {
  return runNode([TSC, '-p', 'tsconfig.spec.json']);
}

/** Ends the process with one sentence when the build fails. */
export async function compileOrExit() {
  if ((await compile()) === 0) return;
  console.error('The build failed; the compiler says where above.');
  process.exit(1);
}
