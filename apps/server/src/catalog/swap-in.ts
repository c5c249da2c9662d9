import type { Log } from '../kernel/log/index.js';
import type { Head } from './decide-publication.js';
import type { LiveState, PreparedRuleset } from './live-state.js';
import { breathe } from './portions.js';
import type { ReceivedContent, ReceivedEnvironment } from './receive-content.js';

export interface SwapIn {
  readonly live: LiveState;
  readonly log: Log;
  readonly received: ReceivedContent;
  /** Of every environment that changes; they say under which generation the content is served. */
  readonly heads: readonly Head[];
  readonly lineage: string;
}

/** Makes received content live: compiles in turns, then swaps everything in one go. */
export async function swapIn(order: SwapIn): Promise<void> {
  const { live, received, heads, lineage } = order;
  const rulesets: PreparedRuleset[] = [];
  for (const environment of received.environments) {
    const one = prepare(order, environment);
    if (one === undefined) continue;
    rulesets.push(one);
    await breathe();
  }
  const kept = new Set(received.environments.map(({ environment }) => environment));
  const removed = heads.filter((head) => head.removed && !kept.has(head.environment));
  live.swap({
    lineage,
    snapshot: received.snapshot,
    rulesets,
    removed: removed.map(({ environment }) => environment),
  });
}

/** `undefined` where this replica serves this generation, or a newer one, already. */
function prepare(
  { live, log, heads, lineage }: SwapIn,
  { environment, hash, ruleset, patch }: ReceivedEnvironment,
): PreparedRuleset | undefined {
  const head = heads.find((it) => it.environment === environment);
  if (head === undefined) return undefined;
  const before = live.current(environment);
  if (before?.lineage === lineage && before.generation >= head.generation) return undefined;
  if (head.hash !== hash)
    log.error(
      { environment, expected: head.hash, found: hash },
      'restored content differs from what was published',
    );
  // Without a patch only the commit is another: the same content came back.
  const same = { revision: head.revision, set: {}, delete: [] };
  const facts = { generation: head.generation, hash, patch: patch ?? same };
  return live.prepare({ ...ruleset, revision: head.revision }, facts);
}
