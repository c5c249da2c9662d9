import type { RolloutEvent } from '../rollout-event.js';
import { hasEnded } from '../rollout-state.js';
import { createApproval } from './create-rollout.js';
import {
  type Commit,
  commit,
  type Glimpse,
  observe,
  type Rules,
  UNIT_MS,
  type World,
} from './rollout-world.js';

const CONTROLLERS = [0, 1] as const;
const by = { by: 'gus@acme.example', reason: 'By hand.' };

export type WorldAction =
  | 'clock'
  | 'read-0'
  | 'read-1'
  | 'write-0'
  | 'write-1'
  | 'leader'
  | 'kill'
  | 'revive'
  | 'freeze'
  | 'staleness'
  | 'failure'
  | 'lag'
  | 'calm'
  | 'pause'
  | 'resume'
  | 'acknowledge'
  | 'roll-back'
  | 'approve'
  | 'advance'
  | 'restart'
  | 'edit'
  | 'remove';

/** What happened: the world afterwards, and the write, if there was one. */
export interface Happened {
  readonly world: World;
  readonly commit?: Commit;
}

/** Everything that can happen; `undefined`: not in this world. */
export function perform(world: World, action: WorldAction, rules: Rules): Happened | undefined {
  switch (action) {
    case 'clock':
      return { world: { ...world, nowMs: world.nowMs + UNIT_MS } };
    case 'read-0':
    case 'read-1':
      return read(world, action === 'read-0' ? 0 : 1);
    case 'write-0':
    case 'write-1':
      return write(world, action === 'write-0' ? 0 : 1, rules);
    case 'leader':
      return world.leader === 'both'
        ? undefined
        : { world: { ...world, leader: world.leader === 0 ? 1 : 0 } };
    case 'kill':
    case 'revive':
      return turnKill(world, action === 'kill', rules);
    case 'freeze':
      return { world: { ...world, isFrozen: !world.isFrozen } };
    case 'staleness':
      return { world: { ...world, isStale: !world.isStale } };
    case 'failure':
      return { world: { ...world, isFailing: !world.isFailing } };
    case 'lag':
      return { world: { ...world, isLagging: !world.isLagging } };
    case 'calm':
      return { world: { ...world, isFrozen: false, isStale: false, isFailing: false, isLagging: false } };
    default:
      return byPerson(world, eventOf(world, action), rules);
  }
}

/** Only who takes itself for the leader reads. Who has read may write long after it has lost the lease. */
function read(world: World, who: 0 | 1): Happened | undefined {
  if (world.leader !== 'both' && world.leader !== who) return undefined;
  const { state, version, nowMs } = world;
  return { world: withGlimpse(world, who, { state, version, nowMs, seen: observe(world) }) };
}

function write(world: World, who: 0 | 1, rules: Rules): Happened | undefined {
  const glimpse = world.glimpses[who];
  if (glimpse === undefined) return undefined;
  const after = withGlimpse(world, who, undefined);
  if (!rules.accepts(world, glimpse)) return { world: after };
  const event: RolloutEvent = { kind: 'tick', seen: glimpse.seen };
  const step = rules.move(glimpse.state, event, glimpse.nowMs);
  // A tick that finds nothing new writes nothing.
  if (step.state === glimpse.state) return { world: after };
  return done(commit(after, { event, step, decidedMs: glimpse.nowMs }));
}

/** A kill writes the row in its own transaction. */
function turnKill(world: World, isKilled: boolean, rules: Rules): Happened | undefined {
  if (world.isKilled === isKilled) return undefined;
  const event: RolloutEvent = { kind: isKilled ? 'killed' : 'revived', ...by };
  const turned = { ...world, isKilled };
  const step = rules.move(turned.state, event, turned.nowMs);
  const { after, ...rest } = commit(turned, { event, step, decidedMs: turned.nowMs });
  const version = rules.killBumps ? after.version : turned.version;
  return done({ ...rest, after: { ...after, version } });
}

function byPerson(world: World, event: RolloutEvent | undefined, rules: Rules): Happened | undefined {
  if (event === undefined) return undefined;
  const step = rules.move(world.state, event, world.nowMs);
  if (step.effects.length === 0) return undefined;
  return done(commit(world, { event, step, decidedMs: world.nowMs }));
}

function eventOf(world: World, action: WorldAction): RolloutEvent | undefined {
  const { state } = world;
  const seen = observe(world);
  switch (action) {
    case 'pause':
    case 'acknowledge':
    case 'roll-back':
      return { kind: action, ...by };
    case 'resume':
    case 'advance':
      return { kind: action, seen, ...by };
    case 'restart':
      return { kind: action, seen, terms: state.terms, file: state.file, ...by };
    case 'approve':
      return { kind: action, approval: nextApproval(world), ...by };
    case 'edit':
      return { kind: 'file-changed', file: { blob: otherBlob(state.file.blob), authors: [] }, commit: 'c1' };
    case 'remove':
      return state.isInFile && !hasEnded(state)
        ? { kind: 'removed', servesTo: false, commit: 'c2' }
        : undefined;
    default:
      return undefined;
  }
}

function nextApproval({ state, approvals }: World) {
  const { terms, stage, epochMs, file } = state;
  return createApproval({
    id: `approval-${approvals.length}`,
    stage: terms.plan.stages[stage + 1]?.id ?? '',
    epochMs,
    blob: file.blob,
  });
}

function otherBlob(blob: string): string {
  return blob === 'blob-1' ? 'blob-2' : 'blob-1';
}

function withGlimpse(world: World, who: 0 | 1, glimpse: Glimpse | undefined): World {
  return { ...world, glimpses: CONTROLLERS.map((one) => (one === who ? glimpse : world.glimpses[one])) };
}

function done(made: Commit): Happened {
  return { world: made.after, commit: made };
}
