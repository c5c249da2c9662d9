import type { EnvironmentKills } from '@guidon/engine/model';
import type {
  GoodbyeEvent,
  HelloEvent,
  KillEvent,
  PatchEvent,
  ReviveEvent,
  RulesetDocument,
} from '@guidon/protocol';
import type { ServerSentEvent } from './sse-parser.js';

export type StreamMessage =
  | { readonly kind: 'hello'; readonly data: HelloEvent }
  | { readonly kind: 'kill'; readonly data: KillEvent }
  | { readonly kind: 'revive'; readonly data: ReviveEvent }
  | { readonly kind: 'ruleset'; readonly data: RulesetDocument }
  | { readonly kind: 'patch'; readonly data: PatchEvent }
  | { readonly kind: 'goodbye'; readonly data: GoodbyeEvent }
  /** An event of a newer server: ignored. */
  | { readonly kind: 'unknown' }
  /** A known event that makes no sense: the connection is dropped, what is held stays. */
  | { readonly kind: 'broken'; readonly sentence: string };

type Bag = { readonly [name: string]: unknown };

/** Reads an event. Total: rubbish comes back as `broken`, what is not known as `unknown`. */
export function readStreamMessage(event: ServerSentEvent): StreamMessage {
  const read = READERS.get(event.name);
  if (read === undefined) return { kind: 'unknown' };
  const data = parseJson(event.data);
  const message = isBag(data) ? read(data) : undefined;
  return (
    message ?? { kind: 'broken', sentence: `The server sent a ${event.name} event that cannot be read.` }
  );
}

const READERS: ReadonlyMap<string, (bag: Bag) => StreamMessage | undefined> = new Map([
  ['hello', (bag: Bag) => (isHello(bag) ? { kind: 'hello', data: bag } : undefined)],
  [
    'kill',
    (bag: Bag) =>
      Array.isArray(bag.kills) ? { kind: 'kill', data: { kills: readKills(bag.kills) } } : undefined,
  ],
  [
    'revive',
    (bag: Bag) =>
      Array.isArray(bag.revived)
        ? { kind: 'revive', data: { revived: bag.revived.filter(isText) } }
        : undefined,
  ],
  [
    'ruleset',
    (bag: Bag) => {
      const data = readDocument(bag);
      return data === undefined ? undefined : { kind: 'ruleset', data };
    },
  ],
  ['patch', (bag: Bag) => (isPatch(bag) ? { kind: 'patch', data: bag } : undefined)],
  ['goodbye', (bag: Bag) => ({ kind: 'goodbye', data: { windowMs: Number(bag.windowMs) } })],
] as [string, (bag: Bag) => StreamMessage | undefined][]);

/** Parses text; `undefined` for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Reads a ruleset with its stamp and kills. Only the frame is looked at: a flag that makes no sense is the engine's
 * business and harms no other. The kills are read one by one, and one that cannot be read does not hide the others.
 */
export function readDocument(value: unknown): RulesetDocument | undefined {
  if (!isBag(value) || !isStamp(value)) return undefined;
  const frame = typeof value.format === 'number' && isText(value.environment) && isText(value.revision);
  if (!frame || !isBag(value.flags)) return undefined;
  const segments = isBag(value.segments) ? value.segments : {};
  return { ...value, segments, kills: readEnvironmentKills(value.kills) } as unknown as RulesetDocument;
}

/** Reads the kill state; what cannot be read is left out. */
export function readEnvironmentKills(value: unknown): EnvironmentKills {
  if (!isBag(value)) return { kills: [], revived: [] };
  return {
    kills: Array.isArray(value.kills) ? readKills(value.kills) : [],
    revived: Array.isArray(value.revived) ? value.revived.filter(isText) : [],
  };
}

function readKills(list: readonly unknown[]): EnvironmentKills['kills'] {
  const kills: { id: string; flags: string[] }[] = [];
  for (const kill of list) {
    if (!isBag(kill) || !isText(kill.id) || !Array.isArray(kill.flags)) continue;
    kills.push({ id: kill.id, flags: kill.flags.filter(isText) });
  }
  return kills;
}

function isHello(bag: Bag): bag is Bag & HelloEvent {
  return isText(bag.lineage) && typeof bag.heartbeatMs === 'number' && isText(bag.target);
}

function isPatch(bag: Bag): bag is Bag & PatchEvent {
  const segmentsAreRight = bag.segments === undefined || isBag(bag.segments);
  const lists = isBag(bag.set) && Array.isArray(bag.delete) && bag.delete.every(isText);
  return isStamp(bag) && isCount(bag.from) && isText(bag.revision) && lists && segmentsAreRight;
}

function isStamp(bag: Bag): boolean {
  return isText(bag.lineage) && isCount(bag.generation) && isText(bag.hash);
}

export function isBag(value: unknown): value is Bag {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
