import { fileURLToPath } from 'node:url';
import { createDocumentCache, load } from '@guidon/engine/load';
import { canonicalJson, type Snapshot, type SourceFile } from '@guidon/engine/model';
import { resolve } from '@guidon/engine/resolve';
import { expect, it } from '@jest/globals';
import { NO_PAST } from '../checkout/load-compared.js';
import { readFlagsFolder } from '../checkout/read-flags-folder.js';
import { makePlan } from './make-plan.js';

const NOW_MS = Date.parse('2026-11-23T12:00:00Z');
const SHOP = readFlagsFolder(fileURLToPath(new URL('../../../../flags', import.meta.url)));
const cache = createDocumentCache();
const previous = load({ files: SHOP, nowMs: NOW_MS, cache }).snapshot as Snapshot;
const ENVIRONMENTS = previous.project.environments.map(({ id }) => id);
const RULESETS = ENVIRONMENTS.map((id) => rulesetOf(previous, id));

function rulesetOf(snapshot: Snapshot, environment: string) {
  return resolve(snapshot, [], environment, 'test').flags;
}

/** By key: the order of the map means nothing. */
function segmentsOf({ segments }: Snapshot): string {
  return canonicalJson(Object.fromEntries([...segments].map(([key, { when }]) => [key, when])));
}

/** The shop without one line of one file. */
function without(file: SourceFile, line: number): SourceFile[] {
  const lines = new TextDecoder().decode(file.bytes).split('\n');
  const bytes = new TextEncoder().encode(lines.toSpliced(line, 1).join('\n'));
  const changed = { ...file, bytes, blob: `${file.blob} without ${line}` };
  return SHOP.filter(({ path }) => !path.endsWith('.test.yaml')).map((one) => (one === file ? changed : one));
}

/** Lines that are lost are what no schema can find: the plan is where a reader sees them. */
it('tells every lost line of the sample shop that changes what is served', () => {
  let meant = 0;
  const silent: string[] = [];
  const files = SHOP.filter(({ path }) => /^(segments|checkout|payments|platform)\//.test(path));
  for (const file of files.filter(({ path }) => !path.endsWith('.test.yaml'))) {
    const { length } = new TextDecoder().decode(file.bytes).split('\n');
    for (let line = 0; line < length - 1; line++) {
      const changed = without(file, line);
      const liveBefore = new Set(changed.map(({ path, blob }) => `${path}:${blob}`));
      const judged = load({ files: changed, previous, liveBefore, nowMs: NOW_MS, cache });
      const { snapshot } = judged;
      if (snapshot === undefined) continue;
      const served = ENVIRONMENTS.map((id) => rulesetOf(snapshot, id));
      const same =
        canonicalJson(served) === canonicalJson(RULESETS) && segmentsOf(snapshot) === segmentsOf(previous);
      if (same) continue;
      meant += 1;
      const comparison = { sentence: '', input: { previous, liveBefore, cache }, reader: NO_PAST };
      const revisions = { comparison, files: changed, before: previous, wanted: snapshot, judged };
      const plan = makePlan({ revisions, nowMs: NOW_MS, prefix: '' });
      const told = plan.flags.flatMap(({ changes, environments }) => [
        ...changes.map(({ text }) => text),
        ...environments.flatMap((one) => one.changes.map(({ text }) => text)),
      ]);
      if (told.length === 0 || told.some((text) => /undefined|NaN|\[object/.test(text)))
        silent.push(`${file.path}:${line + 1} ${told.join(' ')}`);
    }
  }
  expect(silent).toEqual([]);
  expect(meant).toBeGreaterThan(20);
}, 300_000);
