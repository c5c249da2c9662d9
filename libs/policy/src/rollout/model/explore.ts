import type { RolloutState } from '../rollout-state.js';
import { brokenBy, type InvariantId } from './invariants.js';
import { type Glimpse, RIGHT_RULES, type Rules, UNIT_MS, type World } from './rollout-world.js';
import { perform, type WorldAction } from './world-actions.js';

export interface Exploration {
  readonly states: number;
  readonly transitions: number;
  /** Whether there was nothing left to go to. */
  readonly isWhole: boolean;
  /** The shortest way to a broken invariant. */
  readonly broken?: { readonly ids: readonly InvariantId[]; readonly actions: readonly WorldAction[] };
}

export interface ExploreOptions {
  readonly rules?: Rules;
  readonly actions: readonly WorldAction[];
  /** Goes no further than so many states. */
  readonly most?: number;
  /** Only these invariants. */
  readonly looksFor?: readonly InvariantId[];
  /** At most so many approvals are given in one life. */
  readonly approvals?: number;
}

/** How a world was come to. Worlds themselves are let go of once they are looked at: there are hundreds of thousands. */
interface Way {
  readonly from: Way | undefined;
  readonly action: WorldAction;
}

interface Node {
  readonly world: World;
  readonly way: Way | undefined;
}

/** Every state that can be reached, breadth first, so that what is found is shortest. */
export function explore(first: World, options: ExploreOptions): Exploration {
  const { most = Number.POSITIVE_INFINITY } = options;
  const seen = new Set([keyOf(first)]);
  const open: (Node | undefined)[] = [{ world: first, way: undefined }];
  let transitions = 0;
  for (let index = 0; index < open.length; index++) {
    const steps = stepsFrom(open[index] as Node, options);
    open[index] = undefined;
    for (const { node, ids } of steps) {
      transitions++;
      if (ids.length > 0)
        return {
          states: seen.size,
          transitions,
          isWhole: false,
          broken: { ids, actions: stepsOf(node.way) },
        };
      const key = keyOf(node.world);
      if (seen.has(key)) continue;
      if (seen.size >= most) return { states: seen.size, transitions, isWhole: false };
      seen.add(key);
      open.push(node);
    }
  }
  return { states: seen.size, transitions, isWhole: true };
}

function stepsFrom(
  { world, way }: Node,
  { rules = RIGHT_RULES, actions, approvals = 2, looksFor }: ExploreOptions,
) {
  return actions.flatMap((action) => {
    if (action === 'approve' && world.approvals.length >= approvals) return [];
    const happened = perform(world, action, rules);
    if (happened === undefined) return [];
    // The log is no part of what can happen next.
    const node: Node = { world: { ...happened.world, log: [] }, way: { from: way, action } };
    const broken = happened.commit === undefined ? [] : brokenBy(happened.commit);
    return [{ node, ids: broken.filter((id) => looksFor?.includes(id) ?? true) }];
  });
}

function stepsOf(way: Way | undefined): WorldAction[] {
  const actions: WorldAction[] = [];
  for (let at = way; at !== undefined; at = at.from) actions.unshift(at.action);
  return actions;
}

/** What the future depends on: times only as far as they are from now, and no further than they can matter. */
function keyOf(world: World): string {
  const { nowMs, state, ghost, approvals, glimpses, version } = world;
  return JSON.stringify([
    stateKey(state, nowMs),
    [world.isKilled, world.isFrozen, world.isStale, world.isFailing, world.isLagging].map(Number),
    world.leader,
    approvals.map((one) => [one.stage, one.epochMs === state.epochMs, one.blob, ghost.letIn[one.id]]),
    glimpses.map((glimpse) => glimpse && glimpseKey(glimpse, { version, state, nowMs })),
    age(ghost.enteredAtMs, nowMs),
    ghost.isUnacknowledged,
    world.live?.reached.length,
  ]);
}

function stateKey(state: RolloutState, nowMs: number): unknown {
  const { progress, terms } = state;
  const holdMs = terms.plan.stages[state.stage]?.holdMs ?? 0;
  return [
    state.phase,
    state.stage,
    state.pause?.reason,
    state.isKilled,
    state.alarm?.guard,
    state.file.blob,
    state.isInFile,
    state.consumed,
    state.lastGood,
    Math.min(progress.creditMs, holdMs),
    progress.countedAtMs === undefined ? undefined : age(progress.countedAtMs, nowMs),
    state.rolledBackAtMs === undefined ? undefined : age(state.rolledBackAtMs, nowMs),
  ];
}

function glimpseKey(glimpse: Glimpse, now: Pick<World, 'version' | 'state' | 'nowMs'>): unknown {
  const { seen, state } = glimpse;
  return [
    glimpse.version === now.version,
    // Under a seeded mistake the version may be the same and the row another.
    state === now.state ? undefined : [stateKey(state, now.nowMs), state.epochMs === now.state.epochMs],
    age(glimpse.nowMs, now.nowMs),
    [seen.isKilled, seen.freeze !== undefined, seen.propagation.isDone].map(Number),
    seen.newestDataMs === glimpse.nowMs,
    seen.guards[0]?.verdict,
    seen.approvals.length,
  ];
}

/** In units of the clock; what is older than the hold and the wait is simply old. */
function age(sinceMs: number, nowMs: number): number {
  return Math.min(2, (nowMs - sinceMs) / UNIT_MS);
}
