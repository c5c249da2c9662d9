import { describe, expect, it } from '@jest/globals';
import { type Breakage, everyBreakage } from '../../../test/torture/breakages.js';
import { createBench } from '../../../test/torture/judge-breakage.js';
import { pick, readSample, SAMPLE_NOW_MS, seeded } from '../../../test/torture/sample-project.js';

/**
 * Every field of every sample file blanked in turn, every file deleted, renamed, replaced, and cut off at every tenth
 * byte. `npm test` judges a seeded selection of each kind, `npm run test:long` all of them.
 */
const LONG = process.env.GUIDON_TEST_LONG === '1';
/** In the short version, of each kind. */
const SAMPLE_SIZE = 3;
const SEED = 20261125;
const MOST_LISTED = 400;

function chosen(all: readonly Breakage[]): readonly Breakage[] {
  if (LONG) return all;
  const random = seeded(SEED);
  const kinds = [...new Set(all.map(({ kind }) => kind))];
  return kinds.flatMap((kind) =>
    pick(
      all.filter((one) => one.kind === kind),
      SAMPLE_SIZE,
      random,
    ),
  );
}

describe('a broken file in the sample project', () => {
  it('changes no other flag, is named with file, line and field, and leaves a store that loads again', () => {
    const files = readSample();
    const bench = createBench(files, SAMPLE_NOW_MS);
    const breakages = chosen(everyBreakage(files));
    const bad: string[] = [];
    let refused = 0;
    for (const breakage of breakages) {
      const judged = bench.judge(breakage);
      if (judged.refused) refused += 1;
      for (const complaint of judged.complaints)
        bad.push(`${breakage.path}, ${breakage.kind} (${breakage.detail}): ${complaint}`);
    }
    console.log(`${breakages.length} breakages${LONG ? '' : ` (seed ${SEED})`}, ${refused} refused.`);
    expect(bad.slice(0, MOST_LISTED)).toEqual([]);
    // A judge that finds everything acceptable would be satisfied with a loader that accepts everything.
    expect(refused / breakages.length).toBeGreaterThan(0.7);
  }, 3_600_000);
});
