import { type Content, contentOf, type Head, nextGeneration, serveToAll, type WaveStage } from './head.js';

/** What a judged revision would have an environment serve. */
export interface ContentOffer extends Content {
  readonly environment: string;
  /** Empty: everybody gets it at once. */
  readonly stages: readonly WaveStage[];
  /** Why it must wait for a person; one sentence each. */
  readonly holds: readonly string[];
  /** A person has accepted it: what made it wait, or what rolled it back before, no longer counts. */
  readonly accepted: boolean;
}

/**
 * What becomes of an environment's head, or `undefined` when nothing does. A pin outranks a hold, a hold outranks a wave;
 * content that everybody serves already needs neither.
 */
export function offerContent(head: Head | undefined, offer: ContentOffer, nowMs: number): Head | undefined {
  if (head === undefined || head.removed) return offer.holds.length > 0 ? undefined : firstHead(head, offer);
  if (head.pin !== undefined) return offerToPinned(head, offer, nowMs);
  if (head.hash === offer.hash) return returnToStable(head, offer);
  if (head.candidate?.hash === offer.hash) return stopWaiting(head);
  if (offer.holds.length > 0) return wait(head, offer, { why: 'held', sentences: offer.holds, nowMs });
  if (head.candidate !== undefined)
    return wait(head, offer, { why: 'wave', sentences: [aheadOf(head.candidate.wave.id)], nowMs });
  // What was rolled back stays so until the content changes or a person wants it again.
  if (head.waiting?.why === 'rolled-back' && head.waiting.hash === offer.hash && !offer.accepted)
    return undefined;
  return bring(head, offer, nowMs);
}

/** To everybody, or to the first stage of a wave. */
export function bring(
  head: Head,
  content: Content & { readonly stages: readonly WaveStage[] },
  nowMs: number,
): Head {
  if (content.stages.length === 0) return serveToAll(head, content);
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

function firstHead(head: Head | undefined, { environment, ...content }: ContentOffer): Head {
  return { environment, generation: nextGeneration(head), ...contentOf(content), removed: false };
}

function offerToPinned(head: Head, offer: ContentOffer, nowMs: number): Head | undefined {
  const { pin, waiting: _, ...rest } = head;
  if (pin?.hash === offer.hash) return { ...rest, revision: offer.revision, revisionId: offer.revisionId };
  const sentence = `The environment is pinned to ${pin?.revision.slice(0, 12)} until Git agrees or somebody unpins it.`;
  return wait(head, offer, { why: 'pinned', sentences: [sentence], nowMs });
}

/** Git asks for what everybody had before: a wave that runs is called back at once, and nothing waits any more. */
function returnToStable(head: Head, offer: ContentOffer): Head | undefined {
  return head.candidate === undefined ? stopWaiting(head) : serveToAll(head, offer);
}

function stopWaiting(head: Head): Head | undefined {
  if (head.waiting === undefined) return undefined;
  const { waiting: _, ...rest } = head;
  return rest;
}

function wait(
  head: Head,
  offer: ContentOffer,
  { why, sentences, nowMs }: { why: 'held' | 'wave' | 'pinned'; sentences: readonly string[]; nowMs: number },
): Head | undefined {
  const { waiting } = head;
  const since = waiting?.why === why ? waiting.sinceMs : nowMs;
  return { ...head, waiting: { ...contentOf(offer), why, sentences, sinceMs: since } };
}

function aheadOf(wave: string): string {
  return `The wave ${wave} is still under way; this change follows when it has ended.`;
}
