// `npm start`: from a fresh clone to a running service. Installs and builds what is missing, chooses a Git source, and
// runs the built server in this very process, so that Ctrl-C and signals reach it without anyone in between.
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { compileOrExit } from './compile.mjs';
import { chooseGitSource } from './git-source.mjs';
import { installIfNeeded } from './install.mjs';
import { requireThisMachine } from './prerequisites.mjs';
import { inWords, ROOT, stopwatch } from './steps.mjs';

const POLL_MS = 100;
/** A first start on a slow disk; beyond that something is wrong, and the log says what. */
const READY_WITHIN_MS = 180_000;
/** Findings printed when nothing can be served. */
const MOST_TOLD = 10;

requireThisMachine();
const { env } = process;
const host = env.HOST ?? '127.0.0.1';
const port = Number(env.PORT ?? 4242);
await refuseTakenPort(host, port);

const watch = stopwatch();
await watch.time('install', installIfNeeded);
await watch.time('build', compileOrExit);

process.chdir(ROOT);
const dataDir = resolve(ROOT, env.GUIDON_DATA_DIR ?? '.guidon');
const source = chooseGitSource({ root: ROOT, dataDir, env });
env.GUIDON_GIT_URL ??= source.url;
if (source.path !== undefined) env.GUIDON_GIT_PATH ??= source.path;
// A local source costs a few milliseconds a look; a remote one keeps the server's own, slower pace.
if (env.GUIDON_GIT_URL.startsWith('file:')) env.GUIDON_POLL_SECONDS ??= '2';
env.GUIDON_BANNER ??= '1';
// A terminal reads the banner; `GUIDON_LOG_LEVEL=info` brings the log back.
env.GUIDON_LOG_LEVEL ??= 'warn';

stopWithParent();
console.log(`Starting Guidon with flags from ${source.sentence}.`);
const begun = performance.now();
const { server } = await import('../apps/server/dist/main.js');
const begin = await untilReadyOrRefused(port, server);
if (begin.refused !== undefined) tellRefusal(begin.refused);
if (begin.ready) {
  const database = env.DATABASE_URL === undefined ? 'the embedded database' : 'PostgreSQL';
  console.log(`Ready on ${database} after ${inWords(performance.now() - begun)} (${watch.summary()}).`);
  if (source.folder !== undefined)
    console.log(
      `Edit a file in ${source.folder} and commit it: Guidon looks every ${env.GUIDON_POLL_SECONDS} s.`,
    );
}
if (begin.ready || begin.refused !== undefined) console.log('Stop with Ctrl-C.');

/**
 * npm runs scripts through a shell, and some shells die of a signal without passing it on: whoever ends `npm start` would
 * leave the server behind. Its parent changes then, and it stops as if it had been told.
 */
function stopWithParent() {
  if (env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && process.kill(process.pid, 'SIGTERM'), 500).unref();
}

/** Asked before anything slow, so that nobody waits a minute for "address in use". */
function refuseTakenPort(host, port) {
  if (!(port > 0)) return undefined;
  return new Promise((done) => {
    const probe = createServer();
    probe.once('error', (error) => {
      if (error.code !== 'EADDRINUSE') return done();
      console.error(
        `Port ${port} is in use, perhaps by another Guidon: choose another one with PORT=${port + 1} npm start`,
      );
      process.exit(1);
    });
    probe.listen({ host, port }, () => probe.close(done));
  });
}

/** Resolves to `{ ready: true }`, to `{ refused }` (the sync document) as soon as waiting is in vain, or to neither. */
async function untilReadyOrRefused(port, server) {
  if (!(port > 0)) return {};
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline) {
    if ((await ask(server.url, '/readyz'))?.ok) return { ready: true };
    const refused = await rejectedSync(server);
    if (refused !== undefined) return { refused };
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
  console.error('Guidon is running but not ready after three minutes: /api/v1/sync and the log say why.');
  return {};
}

/** Another server of the same database may have made the admin key; then we cannot ask. */
async function rejectedSync({ url, keys }) {
  if (keys.admin === undefined) return undefined;
  const answer = await ask(url, '/api/v1/sync', { authorization: `Bearer ${keys.admin}` });
  const sync = answer?.ok ? await answer.json() : undefined;
  return sync?.state === 'rejected' && sync.environments.length === 0 ? sync : undefined;
}

function ask(url, path, headers = {}) {
  return fetch(`${url}${path}`, { headers, signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
}

/** Nothing is live and the newest commit brings nothing: says what to mend, and where. */
function tellRefusal({ source: name, branch, revision, findings }) {
  const folder = (env.GUIDON_GIT_PATH ?? 'flags').replace(/\/+$/, '');
  console.error(`No flag is live: commit ${revision?.slice(0, 10)} of ${name} (${branch}) was rejected.`);
  const errors = findings.filter(({ severity }) => severity === 'error');
  for (const { path, line, sentence, code, fix } of errors.slice(0, MOST_TOLD)) {
    console.error(`  ${folder}/${path}:${line} ${sentence} (${code})`);
    if (fix !== undefined) console.error(`    fix: ${fix}`);
  }
  if (errors.length > MOST_TOLD) console.error(`  … and ${errors.length - MOST_TOLD} more errors.`);
  console.error(
    `Commit what mends it, Guidon looks every ${env.GUIDON_POLL_SECONDS ?? 15} s; or stop, and set GUIDON_GIT_PATH to the folder that holds guidon.yaml.`,
  );
}
