import type { Condition, Flag, Ruleset, RulesetFlag, RulesetPatch, Snapshot } from '@guidon/engine/model';
import { RULESET_FORMAT } from '@guidon/engine/model';
import type { EnvironmentDelta, LoadContent, LoadRunner, LoadSlice } from './loading/load-messages.js';

/** A load received as a whole, on top of what is live. */
export interface ReceivedContent {
  readonly snapshot: Snapshot;
  /** For each environment of the snapshot; the patch is absent where the content is equal to the base. */
  readonly environments: readonly ReceivedEnvironment[];
}

export interface ReceivedEnvironment {
  readonly environment: string;
  readonly hash: string;
  readonly ruleset: Ruleset;
  readonly patch: RulesetPatch | undefined;
}

export interface ReceiveOptions {
  readonly runner: Pick<LoadRunner, 'slice'>;
  readonly content: LoadContent;
  readonly frozen: readonly string[];
  /** What the runner's base looks like here; ignored when the content is whole. */
  readonly base: {
    readonly snapshot: Snapshot | undefined;
    ruleset(environment: string): Ruleset | undefined;
  };
  /** Lets everything else have a turn between two portions. */
  readonly breathe: () => Promise<void>;
}

/** Pulls the slices of a load one by one and puts snapshot and rulesets together from them. */
export async function receiveContent(options: ReceiveOptions): Promise<ReceivedContent> {
  const { content, runner, breathe } = options;
  const base = content.whole ? undefined : options.base.snapshot;
  const flags = new Map(base?.flags);
  for (const key of content.removedFlags) flags.delete(key);
  const sets = new Map(content.environments.map(({ environment }) => [environment, emptyRecord()]));
  for (let index = 0; index < content.sliceCount; index += 1) {
    take(await runner.slice(index), flags, sets);
    await breathe();
  }
  const environments: ReceivedEnvironment[] = [];
  for (const delta of content.environments) {
    const before = content.whole ? undefined : options.base.ruleset(delta.environment);
    environments.push(receiveEnvironment(delta, before, sets.get(delta.environment) ?? emptyRecord()));
    await breathe();
  }
  return { snapshot: snapshotOf(options, base, flags), environments };
}

type FlagRecord = { [key: string]: RulesetFlag };

/** Keys come from file names, so that none can reach a prototype; `constructor` becomes an ordinary own property. */
function emptyRecord(): FlagRecord {
  return {};
}

function take(slice: LoadSlice, flags: Map<string, Flag>, sets: ReadonlyMap<string, FlagRecord>): void {
  if (slice.kind === 'flags') {
    for (const [key, flag] of slice.flags) flags.set(key, flag);
    return;
  }
  const set = sets.get(slice.environment);
  if (set === undefined) return;
  for (const [key, flag] of slice.flags) set[key] = flag;
}

function receiveEnvironment(
  delta: EnvironmentDelta,
  before: Ruleset | undefined,
  set: FlagRecord,
): ReceivedEnvironment {
  const { environment, hash, revision } = delta;
  if (!delta.changed && before !== undefined) return { environment, hash, ruleset: before, patch: undefined };
  const patch: RulesetPatch = {
    revision,
    set,
    delete: delta.removedFlags,
    ...(Object.keys(delta.segments).length === 0 ? {} : { segments: delta.segments }),
  };
  return { environment, hash, ruleset: mergeRuleset(environment, before, patch), patch };
}

function mergeRuleset(environment: string, before: Ruleset | undefined, patch: RulesetPatch): Ruleset {
  const flags: FlagRecord = before === undefined ? patch.set : { ...before.flags, ...patch.set };
  for (const key of patch.delete) delete flags[key];
  const segments: { [key: string]: Condition } = { ...before?.segments };
  for (const [key, condition] of Object.entries(patch.segments ?? {})) {
    if (condition === null) delete segments[key];
    else segments[key] = condition;
  }
  return { format: RULESET_FORMAT, environment, revision: patch.revision, flags, segments };
}

function snapshotOf(
  { content, frozen }: ReceiveOptions,
  base: Snapshot | undefined,
  flags: Map<string, Flag>,
): Snapshot {
  const held = new Set(frozen);
  const files = new Map(base?.files);
  for (const [path, blob] of content.files) {
    if (blob === undefined) files.delete(path);
    else files.set(path, { path, blob, frozen: held.has(path) });
  }
  // All others are shared with the base.
  for (const [path, file] of files)
    if (file.frozen !== held.has(path)) files.set(path, { ...file, frozen: held.has(path) });
  return { project: content.project, segments: content.segments, flags, tests: new Map(), files };
}
