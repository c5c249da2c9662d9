// The application of the demo, as somebody would write one: it asks a flag per page, serves the one variant or the other, and says
// how each request went. `/stats` tells what really happened to whom, which the service never hears.
import { createServer } from 'node:http';
import { createGuidon } from '@guidon/node';

const { SHOP_PORT, GUIDON_URL, GUIDON_KEY } = process.env;
const guidon = createGuidon({ url: GUIDON_URL, key: GUIDON_KEY });

/** What each page is like: the new checkout is a little better than the old one, the new search is broken. */
const PAGES = {
  '/checkout': { flag: 'new-checkout', old: { ms: 12, fails: 0.01 }, new: { ms: 8, fails: 0.005 } },
  '/search': { flag: 'new-search', old: { ms: 12, fails: 0.01 }, new: { ms: 12, fails: 0.6 } },
};
const stats = Object.fromEntries(
  Object.values(PAGES).map(({ flag }) => [flag, { old: newTally(), new: newTally() }]),
);

function newTally() {
  return { requests: 0, failed: 0, users: new Set() };
}

async function answer({ flag, ...variants }, user) {
  const context = { targetingKey: user, email: user };
  const variant = guidon.boolean(flag, context, false) ? 'new' : 'old';
  const { ms, fails } = variants[variant];
  // Most requests take about as long as the page does, some a few times that.
  await new Promise((done) => setTimeout(done, ms * (0.5 - Math.log(1 - Math.random()) / 2)));
  const failed = Math.random() < fails;
  guidon.track('http.error', context, { failed });
  const tally = stats[flag][variant];
  tally.requests += 1;
  if (failed) tally.failed += 1;
  tally.users.add(user);
  tally.firstMs ??= Date.now();
  tally.lastMs = Date.now();
  return failed ? 500 : 200;
}

const server = createServer((request, response) => {
  const page = PAGES[request.url];
  if (page !== undefined) {
    void guidon.request(async () => {
      response.statusCode = await answer(page, String(request.headers['x-user']));
      response.end();
    });
    return;
  }
  const shown = Object.entries(stats).map(([flag, { old, new: fresh }]) => [
    flag,
    { old: told(old), new: told(fresh) },
  ]);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ ready: guidon.status().state, flags: Object.fromEntries(shown) }));
});

function told({ users, ...tally }) {
  return { ...tally, users: users.size };
}

server.keepAliveTimeout = 60_000;
server.listen(Number(SHOP_PORT), '127.0.0.1');
process.once('SIGTERM', () => {
  guidon.close();
  process.exit(0);
});
