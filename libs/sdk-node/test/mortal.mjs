// A host application for tests that may die of a flag, run on the compiled package as its users run it. Its argument says how;
// it prints one JSON line whenever it looks at its flags.
import { createGuidon } from '@guidon/node';

const { guidon, dies, listens, hangs } = JSON.parse(process.argv[2]);

const DEATHS = {
  throw: () => {
    throw new Error('The flag broke me.');
  },
  reject: () => void Promise.reject(new Error('The flag broke me later.')),
  exit: () => process.exit(1),
  abort: () => process.abort(),
  kill: () => process.kill(process.pid, 'SIGKILL'),
};

if (listens === 'exit') for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(7));
if (listens === 'once')
  for (const signal of ['SIGTERM', 'SIGINT'])
    process.once(signal, () => process.stdout.write(`${JSON.stringify({ heard: signal })}\n`));
if (listens === 'alone') {
  // As libraries do it that clean up and then let the signal do what it does.
  for (const signal of ['SIGTERM', 'SIGINT']) {
    const clean = () => {
      if (process.listeners(signal).length > 1) return;
      process.off(signal, clean);
      process.kill(process.pid, signal);
    };
    process.on(signal, clean);
  }
}

const warn = (line) => process.stdout.write(`${JSON.stringify({ warning: line })}\n`);
const client = createGuidon({ ...guidon, logger: { warn, error: warn } });

if (listens === 'late') for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(7));

function look() {
  const { state, source, generation, proof } = client.status();
  const [poison, dark] = ['poison', 'dark'].map((key) => client.boolean(key, {}, false));
  process.stdout.write(`${JSON.stringify({ state, source, generation, proof, poison, dark })}\n`);
  if (poison) DEATHS[dies]?.();
}

// Listeners are guarded; the host dies of itself.
client.on('change', () => setImmediate(look));
client.on('ready', () => setImmediate(look));
look();
await client.ready();
look();
if (hangs) for (;;);
// Until somebody ends it.
setInterval(() => {}, 60_000);
