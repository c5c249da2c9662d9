// An application as customers write it, for the end-to-end tests: OpenFeature with the Guidon provider, one line for every
// change of what it sees. Settings come from the environment: APP_URL, APP_KEY, APP_DATA_DIR, APP_FLAGS (names and coded
// defaults as JSON).
import { createGuidon, GuidonProvider } from '@guidon/node';
import { OpenFeature, ProviderEvents } from '@openfeature/server-sdk';

const { APP_URL: url, APP_KEY: key, APP_DATA_DIR: dataDir } = process.env;
const flags = Object.entries(JSON.parse(process.env.APP_FLAGS));

const guidon = createGuidon({ url, key, dataDir, initTimeoutMs: 1_500 });
const context = { targetingKey: 'user-1' };
const say = (line) => console.log(JSON.stringify(line));

// Before anything was awaited: what the very first lines of a customer's code would get.
for (const [flag, fallback] of flags) say({ first: flag, value: guidon.boolean(flag, context, fallback) });

for (const event of [ProviderEvents.Ready, ProviderEvents.Stale, ProviderEvents.Error])
  OpenFeature.addHandler(event, () => say({ event }));
await OpenFeature.setProviderAndWait(new GuidonProvider(guidon)).catch((error) =>
  say({ failed: error.message }),
);
const client = OpenFeature.getClient();

const shown = new Map();
setInterval(async () => {
  for (const [flag, fallback] of flags) {
    const { value, variant, reason } = await client.getBooleanDetails(flag, fallback, context);
    const line = JSON.stringify({ flag, value, variant, reason, source: guidon.status().source });
    if (shown.get(flag) !== line) console.log(line);
    shown.set(flag, line);
  }
}, 20);
