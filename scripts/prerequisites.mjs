// What a fresh clone needs before anything else: said in one sentence each, because nobody reads a stack trace first.
import { spawnSync } from 'node:child_process';

const NODE_AT_LEAST = [20, 19];

/** The reason why this machine cannot run Guidon, or undefined. */
export function whyNotHere({ nodeVersion = process.versions.node, git = gitVersion() } = {}) {
  const [major, minor] = nodeVersion.split('.').map(Number);
  const [wantedMajor, wantedMinor] = NODE_AT_LEAST;
  if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor))
    return `Guidon needs Node ${NODE_AT_LEAST.join('.')} or newer, and this is Node ${nodeVersion}: install a newer one from https://nodejs.org and try again.`;
  if (git === undefined)
    return 'Guidon needs git, and there is none on the PATH: install it (https://git-scm.com, or your system\'s package "git") and try again.';
  return undefined;
}

function gitVersion() {
  const answer = spawnSync('git', ['--version'], { encoding: 'utf8' });
  return answer.status === 0 ? answer.stdout.trim() : undefined;
}

/** Ends the process with one sentence when the machine lacks something. */
export function requireThisMachine() {
  const why = whyNotHere();
  if (why === undefined) return;
  console.error(why);
  process.exit(1);
}
