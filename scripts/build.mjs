import { compileOrExit } from './compile.mjs';
import { installIfNeeded } from './install.mjs';
import { requireThisMachine } from './prerequisites.mjs';
import { stopwatch } from './steps.mjs';

requireThisMachine();
const watch = stopwatch();
await watch.time('install', installIfNeeded);
await watch.time('build', compileOrExit);
console.log(`Built: ${watch.summary()}.`);
