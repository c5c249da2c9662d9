// What judging a commit of one flag costs the engine, with what the load before left and without, at 1,000 and at 10,000
// flags in turn: whatever else the machine does befalls all alike.
import { createHash } from 'node:crypto';
import { createDocumentCache, load } from '@guidon/engine/load';
import { flagFiles, plainFlag } from './project.mjs';
import { median } from './throughput.mjs';

const HUNDREDS = [10, 100];
const FOLDER = 'flags/';
const FLAG = 'boolean/boolean-3.yaml';
/** Commits that do not count. */
const WARMING = 5;
const NOW_MS = Date.parse('2026-11-23T12:00:00Z');

export function measureLoad({ commits, say }) {
  const sizes = HUNDREDS.map(startSize);
  for (let n = 0; n < WARMING; n += 1) for (const size of sizes) commit(size);
  for (const size of sizes) size.samples = { short: [], whole: [] };
  for (let n = 0; n < commits; n += 1) for (const size of sizes) commit(size);
  say(`${commits} commits of one flag were loaded at ${sizes.map(({ flags }) => flags).join(' and ')} flags`);
  const results = sizes.map(({ flags, samples }) => ({
    flags,
    shortMs: median(samples.short),
    wholeMs: median(samples.whole),
  }));
  const [few, many] = results;
  const ratios = { short: many.shortMs / few.shortMs, whole: many.wholeMs / few.wholeMs };
  return { commits, sizes: results, ratios };
}

function startSize(hundreds) {
  const files = [...flagFiles(hundreds)].map(([path, text]) => sourceFile(path.slice(FOLDER.length), text));
  const cache = createDocumentCache();
  // This one knows every document, but never how `previous` was made.
  const stranger = createDocumentCache();
  load({ files, nowMs: NOW_MS, cache: stranger });
  const previous = load({ files, nowMs: NOW_MS, cache }).snapshot;
  const at = files.findIndex(({ path }) => path === FLAG);
  return {
    flags: hundreds * 100,
    files,
    at,
    serve: 'on',
    cache,
    stranger,
    previous,
    samples: { short: [], whole: [] },
  };
}

function commit(size) {
  size.serve = size.serve === 'on' ? 'off' : 'on';
  size.files = size.files.with(size.at, sourceFile(FLAG, plainFlag(size.serve)));
  const { files, previous, cache, stranger, samples } = size;
  const order = { files, previous, liveBefore: new Set(), nowMs: NOW_MS };
  const whole = timed(samples.whole, () => load({ ...order, cache: stranger }));
  const short = timed(samples.short, () => load({ ...order, cache }));
  for (const { state, snapshot } of [whole, short])
    if (
      state !== 'accepted' ||
      snapshot.flags.get('boolean-3').environments.get('development').rest.serve !== size.serve
    )
      throw new Error('A load did not bring the commit.');
  size.previous = short.snapshot;
}

/** By processor time, collecting garbage included, so that other processes do not count. */
function timed(samples, work) {
  const from = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(from);
  samples.push((user + system) / 1_000);
  return result;
}

function sourceFile(path, text) {
  return { path, blob: createHash('sha1').update(text).digest('hex'), bytes: new TextEncoder().encode(text) };
}
