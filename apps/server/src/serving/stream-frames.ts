import type { EnvironmentKills } from '@guidon/engine/model';
import {
  formatTag,
  type KillEvent,
  type PatchEvent,
  type ReviveEvent,
  type StreamEvents,
} from '@guidon/protocol';
import type { LiveEnvironment, RulesetStep } from '../catalog/index.js';

/**
 * One server-sent event as bytes, made once and written to every socket. JSON holds no line break, names and ids come
 * from closed alphabets, so one event in is one event out.
 */
export function frame<E extends keyof StreamEvents>(event: E, data: StreamEvents[E], id?: string): Buffer {
  return frameJson(event, JSON.stringify(data), id);
}

/** The same, from JSON that is there already. */
export function frameJson(event: keyof StreamEvents, json: string, id?: string): Buffer {
  const head = id === undefined ? `event: ${event}\n` : `event: ${event}\nid: ${id}\n`;
  return Buffer.from(`${head}data: ${json}\n\n`);
}

/** Sets the client's last event id and nothing else: by the standard, an event without data is not dispatched. */
export function idOnly(id: string): Buffer {
  return Buffer.from(`id: ${id}\n\n`);
}

/** A comment line: keeps proxies and clients from taking silence for death. */
export const HEARTBEAT_FRAME = Buffer.from(':\n\n');

/** The head of a stream. The body ends with the connection: one framing for HTTP/1.0 proxies and everyone else. */
export function streamHead(nowMs: number): Buffer {
  const lines = [
    'HTTP/1.1 200 OK',
    'content-type: text/event-stream',
    'cache-control: no-cache, no-store, no-transform',
    'x-accel-buffering: no',
    'x-content-type-options: nosniff',
    `date: ${new Date(nowMs).toUTCString()}`,
    'connection: close',
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
}

export function killEvent(kills: EnvironmentKills['kills']): KillEvent {
  return { kills: kills.map(({ id, flags }) => ({ id, flags })) };
}

export function reviveEvent(revived: readonly string[]): ReviveEvent {
  return { revived };
}

/** The patch event of one step; the same content under a new generation is an empty patch. */
export function patchEvent({ from, to, patch }: RulesetStep): PatchEvent {
  const { lineage, generation, hash, revision } = to;
  return {
    ...{ lineage, from, generation, hash, revision },
    set: patch.set,
    delete: patch.delete,
    ...(patch.segments === undefined ? {} : { segments: patch.segments }),
  };
}

/** The id of a kill that overtakes: the kill state is new, the ruleset still the one that this stream has. */
function overtakingTag(live: LiveEnvironment, generation: number): string {
  return formatTag({ lineage: live.lineage, generation, killDigest: live.killDigest });
}

/** Each stream keeps the generation that it has when a kill or a revival comes, so the frame is made once for each of them. */
export function overtakingFrames(
  live: LiveEnvironment,
  make: (id: string | undefined) => Buffer,
): (stream: { readonly lineage: string; readonly generation: number }) => Buffer {
  const frames = new Map<string | undefined, Buffer>();
  return ({ lineage, generation }) => {
    const id = lineage === live.lineage ? overtakingTag(live, generation) : undefined;
    const bytes = frames.get(id) ?? make(id);
    frames.set(id, bytes);
    return bytes;
  };
}
