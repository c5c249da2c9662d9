// The customers of the demo: two thousand people, ten of whom work there, who ask for pages over HTTP at a steady rate.
import { Agent, request } from 'node:http';

const { SHOP_PORT, RATE = '200' } = process.env;
const PEOPLE = 2_000;
const STAFF = 10;
const TICK_MS = 50;
const PATHS = ['/checkout', '/search'];

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const perTick = (Number(RATE) * TICK_MS) / 1_000;
let owed = 0;

setInterval(() => {
  // What a busy machine could not send is not sent in a bunch afterwards.
  owed = Math.min(owed + perTick, 4 * perTick);
  for (; owed >= 1; owed -= 1) for (const path of PATHS) ask(path, somebody());
}, TICK_MS);

function somebody() {
  const number = Math.floor(Math.random() * PEOPLE);
  return number < STAFF ? `person-${number}@demo.example` : `customer-${number}@mail.example`;
}

function ask(path, user) {
  const asked = request({
    port: Number(SHOP_PORT),
    host: '127.0.0.1',
    path,
    agent,
    headers: { 'x-user': user },
  });
  asked.on('response', (response) => response.resume());
  asked.on('error', () => undefined);
  asked.end();
}
