import { diffRulesets } from '@guidon/engine/compile';
import type { RulesetPatch } from '@guidon/engine/model';
import type { Log } from '../kernel/log/index.js';
import type { Content, Head } from './head.js';
import { layPositions, type PlainContent } from './lay-positions.js';
import type { LiveEnvironment } from './live.js';
import type { LiveState, PreparedEnvironment } from './live-state.js';
import { isOf, type PreparedRuleset } from './make-live.js';
import type { KnownContent, NewestContent } from './newest-content.js';
import { breathe } from './portions.js';

export interface SwapIn {
  readonly live: LiveState;
  readonly log: Log;
  readonly newest: NewestContent;
  /** The stored revision that `newest` is. */
  readonly newestRevisionId: number;
  /** Of every environment; they say what is served under which generation. */
  readonly heads: readonly Head[];
  readonly lineage: string;
  /** Makes the content of an earlier revision again; needed when a replica starts while not the newest is served. */
  readonly loadEarlier: (revisionId: number) => Promise<ReadonlyMap<string, KnownContent>>;
}

/**
 * Makes what the heads say live: compiles in turns, then swaps everything in one go. An environment that was removed from the
 * project has a head as well.
 */
export async function swapIn(given: SwapIn): Promise<void> {
  const order = { ...given, loadEarlier: remembering(given.loadEarlier) };
  const { live, newest, heads, lineage } = order;
  const snapshot = newest.snapshot();
  if (snapshot === undefined) return;
  const environments: PreparedEnvironment[] = [];
  for (const head of heads) {
    const prepared = await prepareEnvironment(order, head);
    if (prepared !== undefined) environments.push(prepared);
    await breathe();
  }
  const known = new Set(heads.map(({ environment }) => environment));
  const forgotten = [...live.environments(), ...live.removedEnvironments()].filter((it) => !known.has(it));
  const newestHashes = new Map([...newest.all()].map(([environment, { hash }]) => [environment, hash]));
  live.swap({ lineage, snapshot, newestHashes, environments, forgotten });
}

/** `undefined` where this replica serves exactly this already, or a newer generation. */
async function prepareEnvironment(order: SwapIn, head: Head): Promise<PreparedEnvironment | undefined> {
  const { environment } = head;
  const { live, lineage } = order;
  const now = live.current(environment);
  const before = now?.lineage === lineage ? now : undefined;
  if (before !== undefined && before.generation > head.generation) return undefined;
  const ahead = before === undefined ? undefined : live.candidate(environment);
  if (before?.generation === head.generation && sameWave(ahead?.wave, head.candidate?.wave)) return undefined;
  const stable = await prepareRuleset(order, { head, content: head, generation: head.generation });
  if (stable === undefined) return undefined;
  const candidate = await prepareCandidate(order, head);
  const old = [before, ahead?.live].filter((it) => it !== undefined);
  const steps = stepsBetween(old, candidate === undefined ? [stable] : [stable, candidate.prepared], order);
  return { environment, stable, steps, ...(candidate === undefined ? {} : { candidate }) };
}

function sameWave(a: object | undefined, b: object | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

async function prepareCandidate(order: SwapIn, head: Head): Promise<PreparedEnvironment['candidate']> {
  const { candidate } = head;
  if (candidate === undefined) return undefined;
  const { generation, wave } = candidate;
  const prepared = await prepareRuleset(order, { head, content: candidate, generation });
  return prepared === undefined ? undefined : { prepared, wave };
}

interface Wanted {
  readonly head: Head;
  readonly content: Content;
  readonly generation: number;
}

async function prepareRuleset(order: SwapIn, wanted: Wanted): Promise<PreparedRuleset | undefined> {
  const { environment } = wanted.head;
  const { hash, revision } = wanted.content;
  const served = [order.live.current(environment), order.live.candidate(environment)?.live];
  const same = served.find((it) => isOf(it, order.lineage, wanted.generation));
  if (same !== undefined) return same;
  const found = servedAlready(order, wanted) ?? (await findContent(order, wanted));
  if (found === undefined) {
    order.log.error({ environment, revision }, 'the content of this revision cannot be made again');
    return undefined;
  }
  if (found.hash !== hash)
    order.log.error(
      { environment, expected: hash, found: found.hash },
      'restored content differs from what was published',
    );
  const plain = { ...found, ruleset: { ...found.ruleset, revision } };
  const { ruleset, ...facts } = layPositions(plain, wanted.head.positions ?? []);
  return order.live.prepare(ruleset, { generation: wanted.generation, ...facts });
}

function servedAlready({ live, newest }: SwapIn, { head, content }: Wanted): PlainContent | undefined {
  const { environment } = head;
  const served = [live.current(environment), live.candidate(environment)?.live];
  const plain = served.map((it) => it && { ...it.content, snapshot: it.snapshot });
  return [newest.get(environment), ...plain].find((it) => it?.hash === content.hash);
}

async function findContent(order: SwapIn, { head, content }: Wanted): Promise<PlainContent | undefined> {
  const { newest, newestRevisionId, loadEarlier } = order;
  // The newest itself with another hash: an earlier version of this program hashed it.
  if (content.revisionId === newestRevisionId) return newest.get(head.environment);
  return (await loadEarlier(content.revisionId)).get(head.environment);
}

/** From everything that was served to what is served now, and between what is served now. */
function stepsBetween(
  old: readonly LiveEnvironment[],
  next: readonly PreparedRuleset[],
  { newest }: SwapIn,
): PreparedEnvironment['steps'] {
  const [stable, candidate] = next;
  const pairs: [Served, Served][] = [];
  if (stable === undefined) return [];
  for (const from of old)
    if (next.every(({ generation }) => generation !== from.generation)) pairs.push([from, stable]);
  if (candidate !== undefined && old.every(({ generation }) => generation !== candidate.generation))
    pairs.push([stable, candidate]);
  return pairs.map(([from, to]) => ({
    from: from.generation,
    to: to.generation,
    patch: patchBetween(from, to, newest.get(to.ruleset.environment)),
  }));
}

type Served = Pick<LiveEnvironment, 'hash' | 'ruleset' | 'content' | 'generation'>;

function patchBetween(from: Served, to: Served, known: KnownContent | undefined): RulesetPatch {
  const nothing = { revision: to.ruleset.revision, set: {}, delete: [] };
  if (from.hash === to.hash) return nothing;
  const isPlain = [from, to].every(({ hash, content }) => hash === content.hash);
  const change = known?.change;
  if (isPlain && known?.hash === to.hash && change?.fromHash === from.hash) return change.patch;
  return diffRulesets(from.ruleset, to.ruleset) ?? nothing;
}

/** A start in the middle of a wave asks for the same earlier revision once for each environment. */
function remembering<T>(load: (id: number) => Promise<T>): (id: number) => Promise<T> {
  const known = new Map<number, Promise<T>>();
  return (id) => known.get(id) ?? (known.set(id, load(id)).get(id) as Promise<T>);
}
