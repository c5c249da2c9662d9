import { expected, makeContexts } from './workload.mjs';

/** A share may be off by so many points on 10,000 users. */
const TOLERANCE_POINTS = 2;

/** No figure for a contender that gives wrong answers. @returns sentences about what is wrong, at most ten. */
export async function check(evaluate, flags) {
  const contexts = makeContexts();
  const wrong = [];
  let worstPoints = 0;
  for (const flag of flags) {
    if (flag.class === 'split' || flag.class === 'multivariate') {
      const shares = await measureShares(evaluate, flag, contexts);
      for (const { name, percent, wanted } of shares) {
        const offPoints = Math.abs(percent - wanted);
        worstPoints = Math.max(worstPoints, offPoints);
        if (!(offPoints <= TOLERANCE_POINTS))
          wrong.push(`${flag.key} gives ${percent} % for ${name}, not ${wanted} %`);
      }
      continue;
    }
    for (const context of contexts.slice(0, 1000)) {
      const right = expected(flag, context);
      // The wrong answer as fallback, so that falling back is never right.
      const value = await evaluate(flag.key, context, !right);
      if (value !== right)
        wrong.push(`${flag.key} gives ${JSON.stringify(value)} for ${context.targetingKey}, not ${right}`);
    }
  }
  return { wrong: wrong.slice(0, 10), worstPoints };
}

async function measureShares(evaluate, flag, contexts) {
  const arms = flag.class === 'split' ? [{ name: 'on', percent: flag.percent, value: true }] : flag.arms;
  const counts = new Map(arms.map((arm) => [JSON.stringify(arm.value), 0]));
  const fallback = flag.class === 'split' ? false : {};
  for (const context of contexts) {
    const text = JSON.stringify(await evaluate(flag.key, context, fallback));
    if (counts.has(text)) counts.set(text, counts.get(text) + 1);
  }
  return arms.map(({ name, percent, value }) => ({
    name,
    wanted: percent,
    percent: (counts.get(JSON.stringify(value)) / contexts.length) * 100,
  }));
}
