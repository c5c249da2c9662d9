// A small application that follows one flag: node examples/watch-flag.mjs [flag]
// Needs GUIDON_KEY (the server key that `npm start` prints); GUIDON_URL says where, the default is this machine.
import { createGuidon } from '@guidon/node';

const flag = process.argv[2] ?? 'maintenance-notice';
const { GUIDON_URL: url = 'http://127.0.0.1:4242', GUIDON_KEY: key } = process.env;
if (key === undefined) leave('Set GUIDON_KEY to the server key that `npm start` prints.');
const guidon = createGuidon({ url, key });
const { state, trouble } = await guidon.ready();
// An application of yours would go on with its coded defaults; here there would be nothing to watch.
if (state === 'error')
  leave(`No flags came from ${url}: ${trouble} GUIDON_KEY must be the server key that \`npm start\` prints.`);

let shown;
setInterval(() => {
  const { value, variant, reason, errorMessage } = guidon.details(
    flag,
    { targetingKey: 'user-1' },
    'nothing',
  );
  const line = `${flag} = ${JSON.stringify(value)} (${variant ?? errorMessage}, ${reason})`;
  if (line !== shown) console.log(`${new Date().toTimeString().slice(0, 8)}  ${line}`);
  shown = line;
}, 100);

function leave(sentence) {
  console.error(sentence);
  process.exit(1);
}
