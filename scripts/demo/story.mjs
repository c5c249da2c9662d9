// The story of the demo, part by part. Every figure in it is measured; where something does not happen, it ends with an error.
import { join } from 'node:path';
import { ROOT } from '../steps.mjs';
import { freePort } from './children.mjs';
import { startServer, until } from './demo-server.mjs';
import { CHANGES, CHECKOUT, createStore, ENVIRONMENT, SEARCH } from './demo-store.mjs';

const HERE = join(ROOT, 'scripts', 'demo');
const READY_WITHIN_MS = 120_000;
/** Of one step; beyond that it stands still. */
const STEP_WITHIN_MS = 30_000;
/** Of a whole rollout: stages last about a quarter of a minute, on a busy machine longer. */
const ROLLOUT_WITHIN_MS = 300_000;
const RATE = 200;

export async function tellStory({ children, narrator }) {
  const world = await begin(children, narrator);
  const story = { ...world, children, narrator };
  await healthy(story);
  await broken(story);
  await button(story);
  const seconds = narrator.seconds();
  narrator.part('end', `That was all of it, in ${seconds.toFixed(0)} s.`);
}

async function begin(children, narrator) {
  narrator.part(
    'begin',
    'A Git repository, a server on an embedded database, an application, 2,000 customers.',
  );
  const store = await createStore(children.folder);
  const server = await startServer(children, { gitUrl: store.url });
  await until('the server was ready', server.isReady, READY_WITHIN_MS);
  const port = String(await freePort());
  const env = { SHOP_PORT: port, GUIDON_URL: server.url, GUIDON_KEY: server.keys.server, RATE: String(RATE) };
  const application = children.start('the application', [join(HERE, 'shop.mjs')], env);
  const shop = async () => (await fetch(`http://127.0.0.1:${port}/stats`)).json();
  await until('the application had its flags', async () => (await shop()).ready === 'ready', STEP_WITHIN_MS);
  const customers = children.start('the customers', [join(HERE, 'customers.mjs')], env);
  narrator.say(
    `The server is at ${server.url}, the application evaluates flags in its own process with @guidon/node, and ${RATE} requests a second come in for each of two pages. About 1 % of them fail, as ever.`,
    'begun',
    { url: server.url, pids: { server: server.pid, application, customers } },
  );
  return { store, server, shop };
}

/** Merges the change of a flag and waits until its rollout is known. */
async function merge({ store, server, narrator }, flag) {
  const commit = await store.merge(CHANGES[flag]);
  await until(`there was a rollout of ${flag}`, () => server.rollout(flag), STEP_WITHIN_MS);
  narrator.say(`Merged ${commit}: ${CHANGES[flag].message}. Nothing else is done by hand.`, 'merged', {
    flag,
    commit,
  });
}

/** `guidon rollouts watch`, live; in JSON its lines pass through. */
async function watch({ server, narrator, children }, flag, expected) {
  const args = ['rollouts', 'watch', flag, '--env', ENVIRONMENT];
  narrator.command(`guidon ${args.join(' ')}`);
  const watching = server.guidon(
    narrator.json ? [...args, '--json'] : args,
    narrator.json ? { onLine: (line) => narrator.object({ watch: JSON.parse(line) }) } : { shown: true },
  );
  const { code } = await within(`the rollout of ${flag} ended`, Promise.race([watching, children.broken]));
  if (code !== expected)
    throw new Error(`The rollout of ${flag} should end with ${expected}, it ended with ${code}.`);
}

function within(what, work) {
  return new Promise((resolve, reject) => {
    const late = () =>
      reject(new Error(`Within ${ROLLOUT_WITHIN_MS / 1000} s it did not come so far that ${what}.`));
    const timer = setTimeout(late, ROLLOUT_WITHIN_MS);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

async function healthy(story) {
  const { narrator, server, store, shop } = story;
  narrator.part('healthy', 'A new checkout goes to staff, to 1 %, to a quarter, to everybody.');
  await merge(story, CHECKOUT);
  // The second change is merged while the first one is on its way, as it happens with two teams.
  const second = until(
    'a quarter had the checkout',
    async () => (await server.rollout(CHECKOUT)).stage >= 2,
    ROLLOUT_WITHIN_MS,
  ).then(() => store.merge(CHANGES[SEARCH]));
  second.catch(() => undefined);
  await watch(story, CHECKOUT, 0);
  await second;
  const { old, new: fresh } = (await shop()).flags[CHECKOUT];
  narrator.say(
    `Everybody has it. ${share(fresh)} failed with the new checkout, ${share(old)} with the old one: no stage had a reason to stop.`,
    'checkout',
    { old, new: fresh },
  );
  const proposal = await until(
    `Git was offered the end of ${CHECKOUT}`,
    () => store.proposal(CHECKOUT),
    STEP_WITHIN_MS,
  );
  narrator.say(`Git still says that it rolls out, so it is offered the rest as branch ${proposal.branch}:`);
  narrator.lines(proposal.lines, 'proposal');
}

async function broken(story) {
  const { narrator, server, shop } = story;
  narrator.part(
    'broken',
    'Meanwhile a new search was merged, by the same plan. It is broken, and nobody knows.',
  );
  await watch(story, SEARCH, 1);
  const { old, new: fresh } = (await shop()).flags[SEARCH];
  const { timeline } = await server.rollout(SEARCH);
  const turned = timeline.find(({ to }) => to.phase === 'rolling-back');
  const grown = timeline.find(({ to }) => to.phase === 'running' && to.stageId === 'canary');
  if (turned?.from?.stageId !== 'canary' || grown === undefined)
    throw new Error('The search should have been taken back from its stage of 1 %.');
  narrator.part('why', 'It went back by itself. The report says why:');
  if (!narrator.json) {
    narrator.command(`guidon rollouts show ${SEARCH} --env ${ENVIRONMENT}`);
    await server.guidon(['rollouts', 'show', SEARCH, '--env', ENVIRONMENT], { shown: true });
  }
  const tookS = (Date.parse(turned.at) - Date.parse(grown.at)) / 1000;
  const perMinute = Math.round(RATE * 60 * (fresh.failed / fresh.requests));
  narrator.say('');
  narrator.say(
    `From the first customers to the alarm it took ${tookS.toFixed(0)} s. ${fresh.users} of 2,000 people met the new search, and ${fresh.failed} of their requests failed. Released to everybody at once, ${perMinute.toLocaleString('en')} requests a minute would have failed until somebody had noticed, with nobody left to compare with.`,
    'search',
    { old, new: fresh, toAlarmSeconds: tookS, withoutPerMinute: perMinute, cause: turned.cause },
  );
}

async function button(story) {
  const { narrator, server, shop } = story;
  narrator.part('button', 'The red button: the checkout has to go, now, whatever Git and rollouts say.');
  const args = ['kill', CHECKOUT, '--env', ENVIRONMENT, '--reason', 'cards are charged twice', '--json'];
  narrator.command(
    `guidon ${args
      .slice(0, -1)
      .map((word) => (word.includes(' ') ? `"${word}"` : word))
      .join(' ')}`,
  );
  const { code, text } = await server.guidon(args);
  if (code !== 0) throw new Error(`The button failed: ${text}`);
  const pressedMs = Date.parse(JSON.parse(text).pressedAt);
  // A page that was begun with the new checkout is finished with it; after that there is none.
  const { new: fresh } = await until(
    'no request got the new checkout',
    async () => quiet(shop),
    STEP_WITHIN_MS,
  );
  const reachMs = Math.max(0, fresh.lastMs - pressedMs);
  narrator.say(
    `${reachMs} ms after it was pressed the last page with the new checkout was sent. Every running process has what is safe, no stage was waited for, and the audit log has who, when and why.`,
    'button',
    { reachMs },
  );
}

/** The tallies, once a second of requests has passed without a single new one. */
async function quiet(shop) {
  const before = (await shop()).flags[CHECKOUT];
  await new Promise((done) => setTimeout(done, 1_000));
  const after = (await shop()).flags[CHECKOUT];
  return after.new.requests === before.new.requests && after.old.requests > before.old.requests
    ? after
    : undefined;
}

function share({ failed, requests }) {
  return `${((100 * failed) / Math.max(1, requests)).toFixed(1)} % of ${requests.toLocaleString('en')} requests`;
}
