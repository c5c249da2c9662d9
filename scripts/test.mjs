// `npm test` and `npm run test:long`: installs what is missing, builds (the end-to-end tests run the built server), then
// runs everything. Further arguments go to jest: `npm test -- apps/server -t "kill"`. The last line has the totals.
import { compileOrExit } from './compile.mjs';
import { installIfNeeded } from './install.mjs';
import { requireThisMachine } from './prerequisites.mjs';
import { runJest } from './run-jest.mjs';
import { stopwatch } from './steps.mjs';

const long = process.argv.includes('--long');
const args = process.argv.slice(2).filter((arg) => arg !== '--long');

requireThisMachine();
const watch = stopwatch();
await watch.time('install', installIfNeeded);
await watch.time('build', compileOrExit);

const env = long ? { GUIDON_TEST_LONG: '1' } : {};
const runs = [];
for (const project of ['pure', 'shell']) {
  console.log(`\nRunning the ${project} tests${long ? ', the long versions' : ''} …`);
  runs.push(await watch.time(`${project} tests`, () => runJest(project, args, { env })));
}

const sum = (name) => runs.reduce((total, run) => total + run[name], 0);
const ranNone = sum('suites') === 0;
console.log(`\nTime: ${watch.summary()}.`);
if (ranNone) console.error(`No test file fits ${args.join(' ')}.`);
if (sum('skipped') > 0)
  console.log(
    `${sum('skipped')} tests were SKIPPED; the lines that begin with *** above say what this machine lacks.`,
  );
process.exitCode = ranNone || runs.some((run) => run.code !== 0) || sum('failed') > 0 ? 1 : 0;
console.log(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
