// `npm run demo:rollout`: builds, then shows one rollout that gets to everybody, one that goes back by itself, and the red
// button, with real processes, requests and Git. Nothing has to be installed, and nothing is left behind.
//   -- --json   a line of JSON for every step
// Ends with 1 when the story did not happen.
import { compileOrExit } from './compile.mjs';
import { createChildren } from './demo/children.mjs';
import { createNarrator } from './demo/narrator.mjs';
import { tellStory } from './demo/story.mjs';
import { installIfNeeded } from './install.mjs';
import { requireThisMachine } from './prerequisites.mjs';

const args = process.argv.slice(2);
const unknown = args.find((arg) => arg !== '--json');
if (unknown !== undefined) {
  console.error(`${unknown} is no option of the demo: there is only --json.`);
  process.exit(2);
}
requireThisMachine();
await installIfNeeded();
await compileOrExit();

const { env, stdout } = process;
const colours = stdout.isTTY === true && env.NO_COLOR === undefined && env.TERM !== 'dumb';
const narrator = createNarrator({ json: args.includes('--json'), colours });
const children = await createChildren();
let stopped;
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
for (const [signal, code] of Object.entries(SIGNALS)) process.once(signal, () => leave(code));
// Whoever reads along has gone, as `head` does: nobody is there to be told of it.
stdout.once('error', () => leave(1));
leaveWithParent();

try {
  await Promise.race([tellStory({ children, narrator }), children.broken]);
  await leave(0);
} catch (error) {
  // What is being stopped fails in many ways.
  if (stopped === undefined) console.error(`\nThe demo did not happen as it should. ${error.message}`);
  await leave(1);
}

async function leave(code) {
  stopped ??= code;
  await children.end();
  process.exit(stopped);
}

/** Some shells that npm runs scripts in die of a signal without passing it on; see `start.mjs`. */
function leaveWithParent() {
  if (env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && leave(1), 500).unref();
}
