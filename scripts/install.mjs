// Installs the packages of the lock file when they are missing or older than it; otherwise does nothing.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runNode, showProgress } from './steps.mjs';

const LOCK = join(ROOT, 'package-lock.json');
const MODULES = join(ROOT, 'node_modules');
const MARKER = join(MODULES, '.guidon-lock');

/** npm writes its own record after the lock file, in the same breath. */
const SAME_BREATH_MS = 5_000;

function lockHash() {
  return createHash('sha256').update(readFileSync(LOCK)).digest('hex');
}

export function whyInstall() {
  if (!existsSync(MODULES)) return 'the packages are not installed yet';
  if (existsSync(MARKER) && readFileSync(MARKER, 'utf8') === lockHash()) return undefined;
  const record = join(MODULES, '.package-lock.json');
  if (!existsSync(record)) return 'an installation was not finished';
  // Somebody ran npm by hand, which is as good.
  if (statSync(record).mtimeMs + SAME_BREATH_MS >= statSync(LOCK).mtimeMs) {
    writeFileSync(MARKER, lockHash());
    return undefined;
  }
  return 'package-lock.json is newer than the installed packages';
}

/** Ends the process with one sentence when npm fails. */
export async function installIfNeeded() {
  const why = whyInstall();
  if (why === undefined) return;
  const end = showProgress(`Installing packages (${why}; the first time takes about a minute)`);
  // A production environment would leave out the compiler.
  const code = await runNpm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code !== 0) {
    console.error(
      'The packages could not be installed; npm says why above. Check the network and the registry, then run the same command again.',
    );
    process.exit(1);
  }
  writeFileSync(MARKER, lockHash());
  end();
}

/** Under `npm start` npm tells where it is itself, which works on every system. */
function runNpm(args) {
  const npm = process.env.npm_execpath;
  if (npm?.endsWith('.js')) return runNode([npm, ...args]);
  return new Promise((resolve, reject) => {
    const child = spawn('npm', args, { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32' });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
