import type { Condition, EnvironmentKills, Ruleset, RulesetFlag } from '@guidon/engine/model';

/**
 * The wire between server and server SDKs. Routes: `GET /sdk/v1/ruleset` (body `RulesetDocument`, ETag = tag) and
 * `GET /sdk/v1/stream` (server-sent events, `id:` = tag). A tag is `lineage.generation.killDigest`.
 */
export const SDK_ROUTES = { ruleset: '/sdk/v1/ruleset', stream: '/sdk/v1/stream' } as const;

/** Request headers that name the SDK instance (stable for a process) and its boot. */
export const SDK_HEADERS = { instance: 'guidon-instance', boot: 'guidon-boot' } as const;

/** Identifies the content of a ruleset within the life of a store. */
export interface Stamp {
  /** Random id of the store; generations compare only within one lineage, a new one means full resync. */
  readonly lineage: string;
  readonly generation: number;
  /** `hashRuleset` of the content, 32 hex digits. */
  readonly hash: string;
}

/** Body of `GET /sdk/v1/ruleset`, data of the `ruleset` event, and content of the SDK's disk snapshot. */
export interface RulesetDocument extends Ruleset, Stamp {
  readonly kills: EnvironmentKills;
}

export interface HelloEvent {
  readonly lineage: string;
  /** Spread window for the next reconnect: wait U(0, windowMs) before the first attempt. */
  readonly windowMs: number;
  readonly heartbeatMs: number;
  /** The tag that the server is at; a client already there gets no ruleset. */
  readonly target: string;
}

/** Applies only at generation `from` of the same lineage and must give `hash`; otherwise refetch. */
export interface PatchEvent {
  readonly lineage: string;
  readonly from: number;
  readonly generation: number;
  readonly hash: string;
  readonly revision: string;
  readonly set: { readonly [key: string]: RulesetFlag };
  readonly delete: readonly string[];
  readonly segments?: { readonly [key: string]: Condition | null };
}

/** Kills to add to the set; sent for a press, and with everything known on each connect, before any ruleset. */
export interface KillEvent {
  readonly kills: readonly { readonly id: string; readonly flags: readonly string[] }[];
}

export interface ReviveEvent {
  readonly revived: readonly string[];
}

/** The server is about to close: reconnect after U(0, windowMs). */
export interface GoodbyeEvent {
  readonly windowMs: number;
}

/** Event names and their data. Unknown names are ignored by clients. */
export interface StreamEvents {
  readonly hello: HelloEvent;
  readonly kill: KillEvent;
  readonly revive: ReviveEvent;
  readonly ruleset: RulesetDocument;
  readonly patch: PatchEvent;
  readonly goodbye: GoodbyeEvent;
}

/** A heartbeat is the comment line `:` every `heartbeatMs`; a client silent for three of them drops the connection. */
export const HEARTBEAT_MS = 15_000;

export function formatTag(tag: { lineage: string; generation: number; killDigest: string }): string {
  return `${tag.lineage}.${tag.generation}.${tag.killDigest}`;
}

/** Reads a tag, also as an HTTP entity tag (`"…"`, `W/"…"`); `undefined` when it has another form. */
export function parseTag(
  text: string,
): { lineage: string; generation: number; killDigest: string } | undefined {
  const match = /^(?:W\/)?"?([A-Za-z0-9]+)\.(\d{1,15})\.([a-z0-9]+)"?$/.exec(text);
  if (match === null) return undefined;
  return { lineage: match[1] as string, generation: Number(match[2]), killDigest: match[3] as string };
}
