// `npm run check`, for before every commit: types, lint, architecture and pure tests, in under a minute. What goes through
// long histories and thousands of edits is left to `npm test`.
import { join } from 'node:path';
import { checkTypesOfSpecs, compile } from './compile.mjs';
import { installIfNeeded } from './install.mjs';
import { requireThisMachine } from './prerequisites.mjs';
import { runJest } from './run-jest.mjs';
import { runNode, stopwatch } from './steps.mjs';

requireThisMachine();
const watch = stopwatch();
await watch.time('install', installIfNeeded);

const WITHOUT = [
  '--testPathIgnorePatterns',
  '/dist/',
  '/load/torture/',
  '/load/mutation/',
  '/touched\\.spec',
  '/guards/simulation/',
  '/rollout/model/',
];
const BIOME = join('node_modules', '@biomejs', 'biome', 'bin', 'biome');
const steps = [
  ['types', async () => (await compile()) === 0 && (await checkTypesOfSpecs()) === 0],
  // Information is for whoever asks for it; errors and warnings are told.
  ['lint', async () => (await runNode([BIOME, 'check', '--diagnostic-level=warn', '.'])) === 0],
  [
    'architecture and pure tests',
    async () => (await runJest('pure', [...WITHOUT, ...process.argv.slice(2)])).code === 0,
  ],
];
const failed = [];
for (const [name, step] of steps) {
  console.log(`\n${name} …`);
  if (!(await watch.time(name, step))) failed.push(name);
}
console.log(`\nTime: ${watch.summary()}.`);
if (failed.length > 0) {
  console.error(`Not good yet: ${failed.join(', ')}.`);
  process.exitCode = 1;
} else console.log('All good.');
