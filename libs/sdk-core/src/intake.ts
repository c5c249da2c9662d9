import type { RulesetDocument } from '@guidon/protocol';
import type { Announcer } from './announcer.js';
import { SETTLE_MS } from './constants.js';
import type { Content } from './content.js';
import type { Keeper } from './generations/keeper.js';
import type { Machines } from './machines.js';
import type { Outcome } from './outcome.js';
import type { Instant, RulesetAnswer } from './ports.js';
import { parseJson, readDocument } from './read-wire.js';
import type { UsableMessage } from './stream-session.js';

export interface IntakeParts {
  readonly content: Content;
  readonly machines: Machines;
  readonly announcer: Announcer;
  readonly keeper: Pick<Keeper, 'changed' | 'confirmed'>;
  readonly now: () => Instant;
}

/** Takes in what the server sends, and draws the consequences: for the machines, for listeners, for the disk. */
export class Intake {
  readonly #parts: IntakeParts;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  message(message: UsableMessage, id: string | undefined): void {
    const { content, machines } = this.#parts;
    switch (message.kind) {
      case 'hello': {
        const { windowMs, heartbeatMs } = message.data;
        content.hello(message.data);
        machines.tellConnection({ type: 'hello', windowMs, heartbeatMs });
        machines.timers.set('settle', SETTLE_MS, () => {
          content.settle();
          this.#syncedIfSo();
        });
        break;
      }
      case 'goodbye':
        machines.tellConnection({ type: 'goodbye', windowMs: message.data.windowMs });
        return;
      default:
        if (message.kind === 'ruleset') this.#warnOfOrphans(message.data);
        // The id first, so that a snapshot written for this event names it; whether all is in sync is asked after it.
        content.sawTag(id);
        this.#follow(content.apply(message));
    }
    this.#syncedIfSo();
  }

  /** A server that has nothing to send says so by an id alone. */
  idAlone(id: string): void {
    this.#parts.content.sawTag(id);
    this.#syncedIfSo();
  }

  /** Something came, be it a heartbeat: what is held is still current, if it was. */
  confirmIfCurrent(): void {
    const { content, machines, keeper, now } = this.#parts;
    if (machines.status.state !== 'ready' || !content.inSync) return;
    content.confirm(now());
    keeper.confirmed();
  }

  answer(answer: RulesetAnswer): void {
    const { content, machines } = this.#parts;
    if (answer.kind === 'failed') {
      machines.tellConnection({ type: 'request-failed', failure: answer.failure });
      return;
    }
    const polled = machines.connection.request.why === 'poll';
    const usable = answer.kind === 'unchanged' || this.#take(answer.text, answer.etag);
    // A poll is the whole truth there is; what a stream has shown beyond it only counts while that stream lives.
    const current = polled || content.caughtUp;
    const result = usable ? (current ? 'current' : 'behind') : 'unusable';
    machines.tellConnection({ type: 'answered', result });
    if (polled && result === 'current') this.#synced();
    else this.#syncedIfSo();
  }

  /** Takes a ruleset that did not come from the server, because there is nothing better. */
  bootstrap(found: unknown): void {
    const { announcer, content } = this.#parts;
    // Whoever looked for it has said why there is none.
    if (found === undefined) return;
    const document = readDocument(found);
    const outcome = document && content.holder.offer(document, 'bootstrap');
    if (content.holder.view === undefined)
      announcer.warnOnce('The bootstrap is not a ruleset for this environment and format; it is not used.');
    else if (outcome !== undefined) this.#tellChange(outcome);
  }

  #take(text: string, etag: string | undefined): boolean {
    const document = readDocument(parseJson(text));
    if (document === undefined) {
      this.#unusable('The server answered with something that is no ruleset.');
      return false;
    }
    this.#warnOfOrphans(document);
    const outcome = this.#parts.content.take(document, etag);
    this.#follow(outcome);
    return outcome.kind === 'taken' || outcome.why === 'same' || outcome.why === 'older';
  }

  #follow(outcome: Outcome): void {
    const { content, machines, keeper } = this.#parts;
    if (outcome.kind === 'refetch') machines.tellConnection({ type: 'behind', whole: outcome.whole });
    const sentence = whyUnusable(outcome, content.expectedEnvironment);
    if (sentence !== undefined) this.#unusable(sentence);
    if (outcome.kind === 'taken' || outcome.changed.size > 0) keeper.changed();
    this.#tellChange(outcome);
  }

  #tellChange({ changed }: Outcome): void {
    const { announcer, machines } = this.#parts;
    if (machines.status.state === 'starting' || changed.size === 0) return;
    announcer.tell({ type: 'change', flags: [...changed].sort() });
  }

  #unusable(sentence: string): void {
    this.#parts.announcer.warnOnce(sentence);
    this.#parts.machines.tellStatus({ type: 'lost', failure: { kind: 'protocol', sentence } });
  }

  #syncedIfSo(): void {
    const { content, machines } = this.#parts;
    if (content.inSync && machines.connection.phase === 'streaming') this.#synced();
  }

  #synced(): void {
    const { content, machines, keeper, now } = this.#parts;
    content.confirm(now());
    keeper.confirmed();
    machines.tellConnection({ type: 'synced' });
    machines.tellStatus({ type: 'synced' });
  }

  #warnOfOrphans(document: RulesetDocument): void {
    const { announcer, content } = this.#parts;
    for (const id of content.orphanedKills(document)) {
      announcer.warnOnce(
        `Kill ${id} is in force here, but the server does not know it. If its store was replaced on purpose, empty the data folder and restart.`,
      );
    }
  }
}

function whyUnusable(outcome: Outcome, environment: string | undefined): string | undefined {
  switch (outcome.why) {
    case 'format':
      return 'The server speaks a newer ruleset format: update the SDK.';
    case 'broken':
      return 'The server sent a ruleset that cannot be compiled.';
    case 'quarantined':
      return 'The application died repeatedly of the ruleset that the server sends: an older one is served until something newer comes.';
    case 'environment':
      return `The key belongs to another environment than "${environment}": check key and environment.`;
    default:
      return undefined;
  }
}
