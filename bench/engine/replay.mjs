/**
 * The blast radius of a large change: 100,000 contexts through two versions of 100 flags of which every one has changed, and
 * how often the interval of a sample of 2,000 covers the exact share, flag by flag. CPU time, in a cold process.
 */
import { makeRuleset } from './ruleset.mjs';
import { makeContexts, makeFlags } from './workload.mjs';

const CONTEXTS = 100_000;
const SAMPLE = 2_000;

/** The same flags a commit later: every one of them says something else. */
function changed(flag) {
  switch (flag.class) {
    case 'boolean':
      return { ...flag, on: !flag.on };
    case 'split':
      return { ...flag, percent: flag.percent > 50 ? flag.percent - 9 : flag.percent + 9 };
    case 'multivariate':
      return { ...flag, arms: flag.arms.map((arm, i) => ({ ...arm, percent: [40, 30, 30][i] })) };
    default: {
      const conditions = [...(flag.conditions ?? []), { attribute: 'orders', above: 40 }];
      const { segment: _, ...rest } = flag;
      return { ...rest, conditions };
    }
  }
}

export async function measureReplay(cpuMs) {
  const { compile } = await import('@guidon/engine/compile');
  const { affectedFlags, estimateShare, replay } = await import('@guidon/engine/impact');
  const before = makeFlags(100);
  const rulesets = [before, before.map(changed)].map((flags) =>
    JSON.parse(JSON.stringify(makeRuleset(flags))),
  );
  const contexts = makeContexts(CONTEXTS).map((context) => JSON.parse(JSON.stringify(context)));
  const [start, wall] = [cpuMs(), performance.now()];
  const flags = affectedFlags(...rulesets);
  const views = rulesets.map((ruleset) => compile(ruleset, { generation: 0, killed: new Set() }));
  const all = replay(...views, { flags, contexts, nowMs: 0 });
  const [replayMs, replayWallMs] = [cpuMs() - start, performance.now() - wall];
  const sample = contexts.filter((_, i) => i % (CONTEXTS / SAMPLE) === 7);
  const some = replay(...views, { flags, contexts: sample, nowMs: 0 });
  const moved = ({ passages }) =>
    passages.filter(({ from, to }) => from !== to).reduce((sum, { contexts: count }) => sum + count, 0);
  const covered = all.filter((one, i) => {
    const { low, high } = estimateShare(moved(some[i]), SAMPLE);
    const exact = moved(one) / CONTEXTS;
    return low <= exact && exact <= high;
  });
  const counted = all.filter(
    ({ passages }) => passages.reduce((sum, one) => sum + one.contexts, 0) === CONTEXTS,
  );
  // Of 100 intervals of 95 percent fewer than 85 cover by chance once in a hundred thousand runs.
  if (counted.length !== 100 || covered.length < 85) throw new Error('the replay counts wrongly');
  return { replayMs, replayWallMs, flags: flags.length, covered: covered.length };
}
