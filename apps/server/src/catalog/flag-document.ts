import { type Flag, type JsonValue, type Outcome, type RulesetFlag, TOTAL_PARTS } from '@guidon/engine/model';
import type { LiveCatalog, LiveEnvironment } from './live.js';

/** One flag as `GET /api/v1/flags` lists it. */
export interface FlagDocument {
  readonly key: string;
  readonly path: string;
  readonly type: Flag['type'];
  readonly owner: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly essential: boolean;
  readonly expires?: string;
  readonly review?: string;
  readonly archived?: string;
  readonly safe: string;
  readonly variants: readonly { readonly name: string; readonly value: JsonValue }[];
  /** True when the newest version of the file was refused and an older one is served. */
  readonly frozen: boolean;
  readonly environments: readonly FlagEnvironmentDocument[];
}

export interface FlagEnvironmentDocument {
  readonly environment: string;
  /** What everyone else gets: a variant, or `split`. */
  readonly serves: string;
  readonly rules: number;
  /** The file has a rollout here, begun or not. */
  readonly rollout: boolean;
  /** How far it has got, once it has begun; more of it tells `GET /api/v1/rollouts/{id}`. */
  readonly reached?: {
    readonly id: string;
    /** Share of everybody that is let in, 0 to 100. */
    readonly percent: number;
    /** Whether some people get it whom an audience names, besides that share. */
    readonly audiences: boolean;
  };
  readonly killed: boolean;
  /** Standing kills that hold the flag here. */
  readonly kills: readonly string[];
}

/** The flags of the newest snapshot, by key, with what each environment serves on this replica. */
export function flagDocuments(catalog: LiveCatalog): FlagDocument[] {
  const snapshot = catalog.snapshot();
  if (snapshot === undefined) return [];
  return [...snapshot.flags.keys()].sort().flatMap((key) => flagDocument(catalog, key) ?? []);
}

export function flagDocument(catalog: LiveCatalog, key: string): FlagDocument | undefined {
  const snapshot = catalog.snapshot();
  const flag = snapshot?.flags.get(key);
  if (snapshot === undefined || flag === undefined) return undefined;
  const environments = catalog.environments().flatMap((environment) => {
    const live = catalog.current(environment);
    return live === undefined ? [] : [environmentDocument(live, flag)];
  });
  return {
    key,
    path: flag.path,
    type: flag.type,
    owner: flag.owner,
    description: flag.description,
    tags: flag.tags,
    essential: flag.essential,
    ...(flag.expires === undefined ? {} : { expires: flag.expires }),
    ...(flag.review === undefined ? {} : { review: flag.review }),
    ...(flag.archived === undefined ? {} : { archived: flag.archived.date }),
    safe: flag.safe,
    variants: flag.variants,
    frozen: snapshot.files.get(flag.path)?.frozen ?? false,
    environments,
  };
}

function environmentDocument(live: LiveEnvironment, flag: Flag): FlagEnvironmentDocument {
  const served = Object.hasOwn(live.ruleset.flags, flag.key)
    ? (live.ruleset.flags[flag.key] as RulesetFlag)
    : undefined;
  return {
    environment: live.environment,
    serves: served === undefined ? flag.safe : nameOf(served.rest),
    rules: served?.rules?.length ?? 0,
    rollout: flag.environments.get(live.environment)?.rollout !== undefined,
    ...(served?.rollout === undefined ? {} : { reached: reachedBy(live, flag.key, served.rollout) }),
    killed: live.killed.has(flag.key),
    kills: live.killed.has(flag.key)
      ? live.kills.kills.filter((kill) => kill.flags.includes(flag.key)).map((kill) => kill.id)
      : [],
  };
}

function nameOf(outcome: Outcome): string {
  return 'serve' in outcome ? outcome.serve : 'split';
}

function reachedBy(
  { environment }: LiveEnvironment,
  key: string,
  { reached, holdoutParts }: NonNullable<RulesetFlag['rollout']>,
): NonNullable<FlagEnvironmentDocument['reached']> {
  const everyone = reached.filter(({ audience }) => audience === undefined).map(({ parts }) => parts);
  return {
    id: `${environment}.${key}`,
    percent: Math.min(Math.max(0, ...everyone), TOTAL_PARTS - holdoutParts) / 1000,
    audiences: reached.some(({ audience }) => audience !== undefined),
  };
}
