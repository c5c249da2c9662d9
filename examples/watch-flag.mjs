// A small application that follows one flag: node examples/watch-flag.mjs [flag]
// Needs GUIDON_KEY (the server key that `npm start` prints); GUIDON_URL says where, the default is this machine.
import { createGuidon } from '@guidon/node';

const flag = process.argv[2] ?? 'maintenance-notice';
const { GUIDON_URL: url = 'http://127.0.0.1:4242', GUIDON_KEY: key } = process.env;
if (key === undefined) throw new Error('Set GUIDON_KEY to the server key that `npm start` prints.');
const guidon = createGuidon({ url, key });
await guidon.ready();

let shown;
setInterval(() => {
  const { value, variant, reason } = guidon.details(flag, { targetingKey: 'user-1' }, 'nothing yet');
  const line = `${flag} = ${JSON.stringify(value)} (${variant ?? 'no variant'}, ${reason})`;
  if (line !== shown) console.log(`${new Date().toLocaleTimeString()}  ${line}`);
  shown = line;
}, 100);
