import type { RolloutDocument, RolloutEventDocument } from '@guidon/protocol';
import { CliError } from '../cli-error.js';
import type { Io } from '../io.js';
import { inDuration } from '../output/instants.js';
import { hasEnded } from '../output/rollouts/waiting-words.js';
import type { RolloutApi } from './rollout-api.js';

/** Where it is shown: a terminal, lines, or JSON. */
export interface RolloutViewer {
  /** At every look, with the transitions since the look before, oldest first. */
  show(rollout: RolloutDocument, events: readonly RolloutEventDocument[]): void;
  /** The server is away; it is asked again by itself. */
  trouble(sentence: string): void;
  /** It is there again. */
  back(sentence: string): void;
  end(rollout: RolloutDocument): void;
}

export interface Following {
  readonly api: Pick<RolloutApi, 'read' | 'events'>;
  readonly io: Pick<Io, 'now' | 'pause'>;
  readonly viewer: RolloutViewer;
  /** How long the server may think about whether there is something new. */
  readonly waitSeconds: number;
  /** What is there at the beginning. */
  readonly first: RolloutDocument;
}

/** A server that does not wait, or a flood of other rollouts, is asked no more often than this. */
const LOOK_EVERY_MS = 1_000;
/** Full jitter from here, doubled with every failure, up to there: everybody watches when a server comes back. */
const BACK_OFF_BASE_MS = 1_000;
const BACK_OFF_CAP_MS = 15_000;
const BACK_OFF_FLOOR_MS = 250;

/** Shows a rollout until it has ended, over restarts of the server; returns what it ended as. */
export async function followRollout(following: Following): Promise<RolloutDocument> {
  const { io, viewer, first } = following;
  let rollout = first;
  let cursor = newestSequence(first);
  let failures = 0;
  let awaySinceMs = 0;
  viewer.show(first, []);
  while (!hasEnded(rollout)) {
    const beganMs = io.now();
    try {
      const look = await lookAgain(following, cursor);
      if (failures > 0) viewer.back(`The server is back after ${inDuration(io.now() - awaySinceMs)}.`);
      failures = 0;
      ({ rollout, cursor } = look);
      viewer.show(rollout, look.events);
    } catch (error) {
      if (!(error instanceof CliError) || !isPassing(error)) throw error;
      if (failures === 0) awaySinceMs = beganMs;
      const pauseMs = backOffMs(failures);
      failures += 1;
      viewer.trouble(`${error.message} It is asked again in ${(pauseMs / 1000).toFixed(1)} s.`);
      await io.pause(pauseMs);
      continue;
    }
    const tookMs = io.now() - beganMs;
    if (tookMs < LOOK_EVERY_MS && !hasEnded(rollout)) await io.pause(LOOK_EVERY_MS - tookMs);
  }
  viewer.end(rollout);
  return rollout;
}

/** The cursor is taken on only with the document that belongs to it, so that no transition is lost in between. */
async function lookAgain({ api, waitSeconds, first }: Following, cursor: number) {
  const feed = await api.events(cursor, waitSeconds);
  const { rollout } = await api.read(first.id);
  const events = feed.events.filter(({ rollout: id }) => id === first.id);
  // A server whose store was put back to an earlier day counts from there again.
  const isBehind = feed.events.length === 0 && newestSequence(rollout) < cursor && feed.cursor < cursor;
  return { rollout, events, cursor: isBehind ? newestSequence(rollout) : feed.cursor };
}

function newestSequence({ timeline }: RolloutDocument): number {
  return timeline[0]?.sequence ?? 0;
}

function isPassing({ code, status }: CliError): boolean {
  return code === 'unreachable' || status === 429 || (status !== undefined && status >= 500);
}

function backOffMs(failures: number): number {
  const step = Math.min(BACK_OFF_CAP_MS, BACK_OFF_BASE_MS * 2 ** Math.min(failures, 10));
  return BACK_OFF_FLOOR_MS + Math.round(Math.random() * step);
}
