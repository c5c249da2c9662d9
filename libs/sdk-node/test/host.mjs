// A host application for tests, run on the compiled package as its users run it. Its argument says what to do; it prints
// one JSON line for each look it takes.
import { createGuidon } from '@guidon/node';

const { guidon, steps } = JSON.parse(process.argv[2]);
const client = createGuidon({ ...guidon, logger: { warn: () => {}, error: () => {} } });

/** Kept, so that the engine cannot leave the evaluations out. */
const tally = { on: 0 };

/**
 * Bytes on the heap per evaluation: the slope between few and many, since the measuring itself costs some once. Of several
 * rounds the least counts: a stream's heartbeat and the engine's own compiler allocate now and then, evaluations always.
 */
function bytesPerEvaluation() {
  const context = { targetingKey: 'u-1', country: 'NO' };
  const bytesOf = (times) => {
    globalThis.gc();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < times; i++) if (client.boolean('a', context, false)) tally.on += 1;
    return process.memoryUsage().heapUsed - before;
  };
  const least = (times) => Math.min(...Array.from({ length: 5 }, () => bytesOf(times)));
  bytesOf(500_000);
  return (least(500_000) - least(100_000)) / 400_000;
}

for (const step of steps) {
  if (step === 'ready') await client.ready();
  if (step === 'close') client.close();
  const { state, source, generation } = client.status();
  const value = step === 'measure' ? bytesPerEvaluation() : client.boolean('a', {}, false);
  process.stdout.write(`${JSON.stringify({ step, value, state, source, generation })}\n`);
}
