import { compile, type View } from '@guidon/engine/compile';
import { affectedFlags, estimateShare, type Passage, type Replay, replay } from '@guidon/engine/impact';
import type { EvaluationContext, Snapshot } from '@guidon/engine/model';
import { resolve } from '@guidon/engine/resolve';
import type { MeasuredShare, Measurement } from './plan-document.js';
import { rounded } from './shift-words.js';

export interface Measured {
  /** By environment, then by flag; only flags that can answer differently. */
  readonly replays: ReadonlyMap<string, ReadonlyMap<string, Replay>>;
}

export interface Sample {
  readonly contexts: readonly EvaluationContext[];
  /** Observations that count as independent: at most one for each targeting key. */
  readonly users: number;
}

/** Replays contexts through both revisions, in each environment. Rollouts count as not begun, and nothing as killed. */
export function measureContexts(
  sides: { readonly before: Snapshot; readonly after: Snapshot },
  options: {
    readonly environments: readonly string[];
    readonly contexts: readonly EvaluationContext[];
    readonly nowMs: number;
  },
): Measured {
  const replays = options.environments.map((environment) => {
    const [old, now] = [sides.before, sides.after].map((one) => resolve(one, [], environment, 'plan'));
    const flags = affectedFlags(old!, now!);
    const view = (ruleset: Parameters<typeof compile>[0]): View =>
      compile(ruleset, { generation: 0, killed: new Set() });
    const found = replay(view(old!), view(now!), { ...options, flags });
    return [environment, new Map(found.map((one) => [one.flag, one]))] as const;
  });
  return { replays: new Map(replays) };
}

/** Users of a sample: contexts with the same targeting key are one, those without any are one each. */
export function countUsers(contexts: readonly EvaluationContext[]): number {
  const keys = new Set<unknown>();
  let nameless = 0;
  for (const { targetingKey } of contexts) {
    if (targetingKey === undefined) nameless += 1;
    else keys.add(targetingKey);
  }
  return keys.size + nameless;
}

export function measurementOf({ passages }: Replay, { contexts, users }: Sample): Measurement {
  const share = (count: number): MeasuredShare => {
    const { share, low, high } = estimateShare((count / contexts.length) * users, users);
    return { percent: rounded(share * 100), low: rounded(low * 100), high: rounded(high * 100) };
  };
  const pairs = new Map<string, { from: string | null; to: string | null; contexts: number }>();
  for (const { from, to, contexts: count } of passages) {
    if (from === to) continue;
    const name = JSON.stringify([from, to]);
    const known = pairs.get(name)?.contexts ?? 0;
    pairs.set(name, { from: from ?? null, to: to ?? null, contexts: known + count });
  }
  const changed = [...pairs.values()].reduce((sum, one) => sum + one.contexts, 0);
  return {
    changed: share(changed),
    pairs: [...pairs.values()]
      .sort((a, b) => b.contexts - a.contexts)
      .map(({ from, to, contexts: count }) => ({ from, to, ...share(count) })),
    exposure: exposureOf(passages, contexts.length),
  };
}

function exposureOf(passages: readonly Passage[], total: number): Measurement['exposure'] {
  const variants = new Set(passages.flatMap(({ from, to }) => [from ?? [], to ?? []].flat()));
  const sum = (some: readonly Passage[]) =>
    rounded((some.reduce((all, { contexts }) => all + contexts, 0) / total) * 100);
  return [...variants].sort().map((variant) => ({
    variant,
    before: sum(passages.filter(({ from }) => from === variant)),
    after: sum(passages.filter(({ to }) => to === variant)),
  }));
}
