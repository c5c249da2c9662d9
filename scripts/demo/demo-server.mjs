// The built server of the demo, and everything that the story asks of it: over HTTP and by the `guidon` command, like anybody.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ROOT } from '../steps.mjs';
import { freePort } from './children.mjs';
import { ENVIRONMENT } from './demo-store.mjs';

const POLL_MS = 100;

export async function startServer(children, { gitUrl }) {
  const port = await freePort();
  const keys = { admin: makeKey('admin'), server: makeKey('server'), web: makeKey('web') };
  const url = `http://127.0.0.1:${port}`;
  const pid = children.start('the server', [join(ROOT, 'apps', 'server', 'dist', 'main.js')], {
    PORT: String(port),
    HOST: '127.0.0.1',
    GUIDON_DATA_DIR: join(children.folder, 'data'),
    GUIDON_GIT_URL: gitUrl,
    GUIDON_POLL_SECONDS: '1',
    GUIDON_LOG_LEVEL: 'warn',
    GUIDON_ADMIN_KEY: keys.admin,
    GUIDON_SERVER_KEY: keys.server,
    GUIDON_WEB_KEY: keys.web,
    GUIDON_KEY_ENVIRONMENT: ENVIRONMENT,
  });
  const ask = async (path) => {
    const answer = await fetch(`${url}${path}`, {
      headers: { authorization: `Bearer ${keys.admin}` },
      signal: AbortSignal.timeout(5_000),
    });
    return answer.ok ? answer.json() : undefined;
  };
  return {
    ...{ url, keys, pid },
    /** `undefined` while there is none. */
    rollout: (flag) => ask(`/api/v1/rollouts/${ENVIRONMENT}.${flag}`),
    isReady: async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.ok === true,
    /** Runs `guidon …` with an admin key. */
    guidon: (args, how = {}) =>
      children.runToEnd(
        `guidon ${args.join(' ')}`,
        [join(ROOT, 'apps', 'cli', 'bin', 'guidon.js'), ...args],
        {
          ...how,
          env: { GUIDON_URL: url, GUIDON_KEY: keys.admin, npm_command: 'exec' },
        },
      ),
  };
}

function makeKey(kind) {
  return `gdn_${kind}_${randomBytes(6).toString('hex')}_${randomBytes(32).toString('base64url')}`;
}

/** Asks until there is an answer; a demo whose story does not go on says where it stood still. */
export async function until(what, look, withinMs) {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    const found = await Promise.resolve(look()).catch(() => undefined);
    if (found !== undefined && found !== false) return found;
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
  throw new Error(`Within ${withinMs / 1000} s it did not come so far that ${what}.`);
}
