// `npm run bench`, `bench:serve`, `bench:audit` and `simulate:guards`: builds, then measures what is built. Arguments are passed on.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { compileOrExit } from './compile.mjs';
import { installIfNeeded } from './install.mjs';
import { requireThisMachine } from './prerequisites.mjs';
import { ROOT, runNode } from './steps.mjs';

const [which, ...args] = process.argv.slice(2);
const script = join('bench', String(which), 'run.mjs');
if (!existsSync(join(ROOT, script))) {
  console.error(`There is no benchmark called ${which}: use engine, serve, audit or guards.`);
  process.exit(2);
}
requireThisMachine();
await installIfNeeded();
await compileOrExit();
process.exitCode = await runNode([script, ...args]);
