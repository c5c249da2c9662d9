import type { HelloEvent, RefusedRuleset, RulesetDocument } from '@guidon/protocol';
import { formatTag, parseTag } from '@guidon/protocol';
import { WHY_QUARANTINED } from './generations/keeper.js';
import type { Kept } from './generations/load-kept.js';
import { killsUnknownTo } from './kill-set.js';
import type { Outcome } from './outcome.js';
import type { Instant } from './ports.js';
import type { StreamMessage } from './read-wire.js';
import { type Gate, RulesetHolder } from './ruleset-holder.js';

type ContentMessage = Extract<StreamMessage, { kind: 'kill' | 'revive' | 'ruleset' | 'patch' }>;

interface Target {
  readonly lineage: string;
  /** Rises when an event shows that the server has moved on. */
  readonly generation: number;
  readonly killDigest: string;
}

/** Who is told of rulesets: what is counted belongs to the one in use, and a refusal has to reach the server. */
export interface Witness {
  /** Another ruleset may come into use now. */
  beforeChange(): void;
  refused(refused: RefusedRuleset): void;
}

const REFUSALS: ReadonlyMap<string, Pick<RefusedRuleset, 'result' | 'reason'>> = new Map([
  ['format', { result: 'rejected', reason: 'It has a newer format than this SDK reads.' }],
  ['broken', { result: 'rejected', reason: 'It cannot be compiled.' }],
  ['quarantined', { result: 'quarantined', reason: WHY_QUARANTINED }],
]);

/** What is held, where the server says that it is, and whether the one is the other. */
export class Content {
  readonly holder: RulesetHolder;
  readonly expectedEnvironment: string | undefined;
  witness: Witness | undefined;
  #killDigest = '';
  #target: Target | undefined;
  /** The kills of this connection have come, so the digest need not be compared. */
  #killsHaveCome = false;
  #confirmedAt: Instant | undefined;

  constructor(expectedEnvironment?: string, gate?: Gate) {
    this.expectedEnvironment = expectedEnvironment;
    this.holder = new RulesetHolder(expectedEnvironment, gate);
  }

  get killDigest(): string {
    return this.#killDigest;
  }

  /** The tag of what is held, to resume from; `undefined` when there is none that a server would know. */
  get tag(): string | undefined {
    const { stamp, source } = this.holder;
    const nameable = source === 'network' || source === 'disk';
    if (stamp === undefined || stamp.hash === '' || this.#killDigest === '' || !nameable) return undefined;
    const { lineage, generation } = stamp;
    return formatTag({ lineage, generation, killDigest: this.#killDigest });
  }

  /** Takes what was kept on disk. Only of use while nothing better is held. */
  restore(kept: Kept): void {
    if (kept.document !== undefined) this.holder.offer(kept.document, 'disk');
    this.holder.addKills(kept.kills);
    this.holder.remember(kept.marks);
    this.#killDigest = kept.killDigest;
    // The monotonic clock of another process says nothing here: only the wall clock counts for this.
    if (kept.confirmedAtMs > 0)
      this.#confirmedAt = { elapsedMs: Number.POSITIVE_INFINITY, epochMs: kept.confirmedAtMs };
  }

  /** A new connection begins. */
  begin(): void {
    this.holder.connected();
    this.#target = undefined;
    this.#killsHaveCome = false;
  }

  hello(event: HelloEvent): void {
    const target = parseTag(event.target);
    this.#target = {
      lineage: event.lineage,
      generation: target?.lineage === event.lineage ? target.generation : 0,
      killDigest: target?.killDigest ?? '',
    };
  }

  /** The kills had time enough to come: a server without any sends none. */
  settle(): void {
    this.#killsHaveCome = true;
  }

  /** An event id, or the entity tag of an answer: it names the kill state that the server has sent up to here. */
  sawTag(text: string | undefined): void {
    const tag = text === undefined ? undefined : parseTag(text);
    if (tag !== undefined) this.#killDigest = tag.killDigest;
  }

  apply(message: ContentMessage): Outcome {
    this.#killsHaveCome = true;
    switch (message.kind) {
      case 'kill':
      case 'revive':
        return this.holder.addKills(message.data);
      case 'ruleset':
        this.#serverIsAt(message.data);
        return this.#offer(message.data);
      case 'patch':
        this.#serverIsAt(message.data);
        this.witness?.beforeChange();
        return this.#tell(this.holder.patch(message.data), message.data);
    }
  }

  /** Raised before the event is judged: one that cannot be used still shows that what is held is not current. */
  #serverIsAt({ lineage, generation }: { lineage: string; generation: number }): void {
    const target = this.#target;
    if (target === undefined || (target.lineage === lineage && target.generation >= generation)) return;
    this.#target = { ...target, lineage, generation };
  }

  /** Takes the answer of a plain request. */
  take(document: RulesetDocument, etag: string | undefined): Outcome {
    this.sawTag(etag);
    return this.#offer(document);
  }

  #offer(document: RulesetDocument): Outcome {
    this.witness?.beforeChange();
    return this.#tell(this.holder.offer(document, 'network'), document);
  }

  #tell(outcome: Outcome, { lineage, generation }: { lineage: string; generation: number }): Outcome {
    const refusal = outcome.kind === 'kept' ? REFUSALS.get(outcome.why) : undefined;
    if (refusal !== undefined) this.witness?.refused({ lineage, generation, ...refusal });
    return outcome;
  }

  /** Whether what is held has reached what the stream has shown. */
  get caughtUp(): boolean {
    const { stamp } = this.holder;
    const target = this.#target;
    if (stamp === undefined || stamp.hash === '') return false;
    return (
      target === undefined || (stamp.lineage === target.lineage && stamp.generation >= target.generation)
    );
  }

  /** Whether all that the hello of this connection has promised is here, kills included. */
  get inSync(): boolean {
    const target = this.#target;
    if (target === undefined || !this.caughtUp) return false;
    return this.#killsHaveCome || target.killDigest === this.#killDigest;
  }

  /** What is held was current at this moment. */
  confirm(at: Instant): void {
    this.#confirmedAt = at;
    this.holder.confirm('network');
  }

  get confirmedAtMs(): number {
    return this.#confirmedAt?.epochMs ?? 0;
  }

  /** Milliseconds since what is held was last known to be current; `undefined` if it never was. */
  ageMs(now: Instant): number | undefined {
    if (this.#confirmedAt === undefined) return undefined;
    const { elapsedMs, epochMs } = this.#confirmedAt;
    // Either clock may stand still or jump back; the longer age is the safer claim.
    return Math.max(0, now.elapsedMs - elapsedMs, now.epochMs - epochMs);
  }

  /** Kills in force here that the document does not know. */
  orphanedKills(document: RulesetDocument): readonly string[] {
    return killsUnknownTo(document.kills, this.holder.killSet);
  }
}
