import type { Freeze } from '@guidon/engine/model';
import {
  type Content,
  contentOf,
  type Head,
  nextGeneration,
  serveToAll,
  type Waiting,
  type WaveStage,
} from './head.js';
import { type ChangePrint, comesAgain, type TakenBack, without } from './taken-back.js';

/** What a judged revision would have an environment serve. */
export interface ContentOffer extends Content {
  readonly environment: string;
  /** Empty: everybody gets it at once. */
  readonly stages: readonly WaveStage[];
  /** Why it must wait for a person; one sentence each. */
  readonly holds: readonly string[];
  /** A person has accepted it: what made it wait, or what rolled it back before, no longer counts. */
  readonly accepted: boolean;
  /** Every file is as the branch has it; false where some stay at their last good version. */
  readonly isWhole: boolean;
  /** A person let it pass in spite of a freeze. */
  readonly throughFreeze?: boolean;
  /** Whether everything that a change made is in it unchanged. */
  readonly carries?: ((print: ChangePrint) => boolean) | undefined;
}

/** How content comes on. */
export interface Way {
  /** Empty: everybody gets it at once. */
  readonly stages: readonly WaveStage[];
  /** The freeze that holds there now: nothing new begins. */
  readonly freeze?: Freeze | undefined;
}

/**
 * What becomes of an environment's head, or `undefined` when nothing does. What is held stands apart and displaces nothing;
 * a pin outranks a wave; content that everybody serves already needs neither.
 */
export function offerContent(head: Head | undefined, offer: ContentOffer, nowMs: number): Head | undefined {
  if (head === undefined) return offer.holds.length > 0 ? undefined : firstHead(offer);
  if (head.removed) return offerAgain({ ...head, removed: false }, offer, nowMs);
  if (isAsPinned(head, offer)) return offer.isWhole ? agree(head, offer) : stopWaiting(head);
  if (head.pin === undefined && head.hash === offer.hash) return returnToStable(head, offer);
  if (head.pin === undefined && head.candidate?.hash === offer.hash) return stopWaiting(head);
  const again = comesAgain(head.takenBack, offer);
  if (offer.holds.length > 0) return hold(head, offer, { again, nowMs });
  // What was taken back stays so until a person wants it again.
  if (again.length > 0 && !offer.accepted) return keepBack(head, offer, { again, nowMs });
  const { held: _, takenBack, ...rest } = head;
  const free = { ...rest, ...without(takenBack, hashesOf(again)) };
  return bring(free, offer, nowMs);
}

/** Its clients were served all the time, so that an environment that is back goes on from what they have. */
function offerAgain(head: Head, offer: ContentOffer, nowMs: number): Head {
  return offerContent(head, offer, nowMs) ?? head;
}

/**
 * To everybody, or to the first stage of a wave. What is held stays held, behind a pin, a wave or a freeze it waits, and an
 * environment that the project does not have stays at what it has.
 */
export function bring(head: Head, content: Content & Way, nowMs: number): Head {
  const { held, pin } = head;
  if (head.removed) return head;
  if (pin !== undefined)
    return wait(head, content, { why: 'pinned', sentence: behindPin(pin.revision), nowMs });
  if (head.candidate !== undefined)
    return wait(head, content, { why: 'wave', sentence: aheadOf(head.candidate.wave.id), nowMs });
  if (content.freeze !== undefined) return waitForEnd(head, { content, freeze: content.freeze, nowMs });
  if (content.stages.length === 0)
    return { ...serveToAll(head, content), ...(held === undefined ? {} : { held }) };
  const generation = nextGeneration(head);
  const wave = {
    id: `${head.environment}.${generation}`,
    stages: content.stages,
    stage: 0,
    startedAtMs: nowMs,
    stageSinceMs: nowMs,
    enlisted: [],
  };
  const { waiting: _, ...rest } = head;
  return { ...rest, candidate: { generation, ...contentOf(content), wave } };
}

/** What waited comes on, past a freeze only if a person let it. */
export function afterWaiting(waiting: Waiting, { stages, freeze }: Way): Content & Way {
  const isHeld = freeze !== undefined && waiting.throughFreeze !== true;
  return { ...contentOf(waiting), stages, ...(isHeld ? { freeze } : {}) };
}

/** Whether it moves only toward safe, and so may begin all the same, takes a comparison: whoever leads makes it next. */
function waitForEnd(
  head: Head,
  { content, freeze, nowMs }: { content: Content; freeze: Freeze; nowMs: number },
): Head {
  const until = new Date(freeze.toMs).toISOString();
  const sentence = `${head.environment} is frozen until ${until.replace('.000Z', 'Z')} (${freeze.reason}); ${content.revision.slice(0, 12)} follows by itself when the freeze has ended.`;
  const waiting = wait(head, content, { why: 'freeze', sentence, nowMs });
  return { ...waiting, waiting: { ...waiting.waiting, until } };
}

function firstHead({ environment, ...content }: ContentOffer): Head {
  return { environment, generation: nextGeneration(undefined), ...contentOf(content), removed: false };
}

function isAsPinned({ pin }: Head, { hash }: ContentOffer): boolean {
  return pin !== undefined && pin.hash === hash;
}

/**
 * Git says what the environment is pinned to, so the pin has done its work. With a file that is frozen it is not Git that says
 * so but the file's last good version: the pin stays, or the very next commit would go live behind it.
 */
function agree(head: Head, { revision, revisionId }: ContentOffer): Head {
  const { pin: _, waiting: _waiting, held: _held, ...rest } = head;
  return { ...rest, revision, revisionId };
}

/** Git asks for what everybody had before: a wave that runs is called back at once, and nothing waits any more. */
function returnToStable(head: Head, offer: ContentOffer): Head | undefined {
  return head.candidate === undefined ? stopWaiting(head) : serveToAll(head, offer);
}

function stopWaiting(head: Head): Head | undefined {
  if (head.waiting === undefined && head.held === undefined) return undefined;
  const { waiting: _, held: _held, ...rest } = head;
  return rest;
}

const MOST_NAMED = 5;

interface Again {
  readonly again: readonly TakenBack[];
  readonly nowMs: number;
}

function hold(head: Head, offer: ContentOffer, { again, nowMs }: Again): Head {
  const sinceMs = head.held?.why === 'held' ? head.held.sinceMs : nowMs;
  const sentences = [...offer.holds, ...again.map((one) => whyKeptBack(offer, one))];
  return { ...head, held: { ...contentOf(offer), why: 'held', sentences, sinceMs } };
}

function keepBack(head: Head, offer: ContentOffer, { again, nowMs }: Again): Head | undefined {
  const before = head.held?.why === 'rolled-back' ? head.held : undefined;
  if (before?.hash === offer.hash && before.revision === offer.revision) return undefined;
  const sentences = again.map((one) => whyKeptBack(offer, one));
  const why = 'rolled-back' as const;
  return {
    ...head,
    held: { ...contentOf(offer), why, sentences, sinceMs: before?.sinceMs ?? nowMs, again: hashesOf(again) },
  };
}

function whyKeptBack({ hash }: ContentOffer, taken: TakenBack): string {
  if (taken.hash === hash) return taken.reason;
  const { keys = [] } = taken.print ?? {};
  const named = [...keys.slice(0, MOST_NAMED), ...(keys.length > MOST_NAMED ? ['others'] : [])].join(', ');
  return `It has ${named} just as a wave took it back: ${taken.reason}`;
}

function hashesOf(again: readonly TakenBack[]): readonly string[] {
  return again.map(({ hash }) => hash);
}

function wait(
  head: Head,
  offer: Content & { readonly throughFreeze?: boolean },
  { why, sentence, nowMs }: { why: Waiting['why']; sentence: string; nowMs: number },
): Head & { readonly waiting: Waiting } {
  const sinceMs = head.waiting?.why === why ? head.waiting.sinceMs : nowMs;
  const through = offer.throughFreeze === true ? { throughFreeze: true as const } : {};
  return { ...head, waiting: { ...contentOf(offer), why, sentences: [sentence], sinceMs, ...through } };
}

function behindPin(revision: string): string {
  return `The environment is pinned to ${revision.slice(0, 12)} until Git agrees or somebody unpins it.`;
}

function aheadOf(wave: string): string {
  return `The wave ${wave} is still under way; this change follows when it has ended.`;
}
