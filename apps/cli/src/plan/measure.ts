import { compile, type View } from '@guidon/engine/compile';
import { affectedFlags, estimateShare, type Passage, type Replay, replay } from '@guidon/engine/impact';
import { positionAt } from '@guidon/engine/load';
import { canonicalJson, type EvaluationContext, type Position, type Snapshot } from '@guidon/engine/model';
import { resolve } from '@guidon/engine/resolve';
import type { MeasuredShare, Measurement } from './plan-document.js';
import { rounded } from './shift-words.js';

export interface Measured {
  /** By environment, then by flag; only flags that can answer differently. */
  readonly replays: ReadonlyMap<string, ReadonlyMap<string, Replay>>;
  /** The same as if the rollouts that come or change were done, for their flags only. */
  readonly eventual: ReadonlyMap<string, ReadonlyMap<string, Replay>>;
}

export interface Sample {
  readonly contexts: readonly EvaluationContext[];
  /** Observations that count as independent: at most one for each targeting key. */
  readonly users: number;
}

interface Versions {
  readonly before: Snapshot;
  readonly after: Snapshot;
}

/** Replays contexts through both revisions, in each environment. Rollouts count as not begun, and nothing as killed. */
export function measureContexts(
  sides: Versions,
  options: {
    readonly environments: readonly string[];
    readonly contexts: readonly EvaluationContext[];
    readonly nowMs: number;
  },
): Measured {
  const eventual = new Map<string, ReadonlyMap<string, Replay>>();
  const replays = options.environments.map((environment) => {
    const [old, now] = [sides.before, sides.after].map((one) => resolve(one, [], environment, 'plan'));
    const done = rolloutsDone(sides, environment);
    const rolled = done.map(({ flag }) => flag);
    const flags = [...new Set([...affectedFlags(old!, now!), ...rolled])];
    const view = (ruleset: Parameters<typeof compile>[0]): View =>
      compile(ruleset, { generation: 0, killed: new Set() });
    const tried = view(old!);
    const found = replay(tried, view(now!), { ...options, flags });
    if (done.length > 0) {
      const end = view(resolve(sides.after, done, environment, 'plan'));
      eventual.set(environment, byFlag(replay(tried, end, { ...options, flags: rolled })));
    }
    return [environment, byFlag(found)] as const;
  });
  return { replays: new Map(replays), eventual };
}

function byFlag(replays: readonly Replay[]): ReadonlyMap<string, Replay> {
  return new Map(replays.map((one) => [one.flag, one]));
}

/** Where the rollouts of an environment that come or change will stand in the end. */
function rolloutsDone({ before, after }: Versions, environment: string): Position[] {
  return [...after.flags.values()].flatMap((flag) => {
    const [old, now] = [before.flags.get(flag.key), flag].map(
      (one) => one?.environments.get(environment)?.rollout,
    );
    const isNew = now !== undefined && canonicalJson(old ?? null) !== canonicalJson(now);
    return isNew ? (positionAt(flag, environment, 'done') ?? []) : [];
  });
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

/** @param given.values Variants that have another value: who gets such a one gets something else under the same name. */
export function measurementOf(
  { passages }: Replay,
  { contexts, users, values }: Sample & { readonly values: ReadonlySet<string> },
): Measurement {
  const share = (count: number): MeasuredShare => {
    const { share, low, high } = estimateShare((count / contexts.length) * users, users);
    return { percent: rounded(share * 100), low: rounded(low * 100), high: rounded(high * 100) };
  };
  const pairs = new Map<string, { from: string | null; to: string | null; contexts: number }>();
  for (const { from, to, contexts: count } of passages) {
    if (from === to && (to === undefined || !values.has(to))) continue;
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
