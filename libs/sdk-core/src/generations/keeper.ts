import type { RefusedRuleset, Stamp } from '@guidon/protocol';
import type { Ports, RecordChange } from '../ports.js';
import type { Gate, RulesetHolder, Source } from '../ruleset-holder.js';
import { composeChanges } from './compose-changes.js';
import { type Generation, type Proof, proofOf } from './generation.js';
import { EMPTY, follow, type Ledger, type LedgerEvent, type Told } from './ledger.js';
import { type Kept, loadKept } from './load-kept.js';
import { writeQuarantine } from './records.js';
import { Trial } from './trial.js';
import { WriteThrottle } from './write-throttle.js';

/** What is written down of what the client holds. */
export interface AboutHeld {
  readonly holder: Pick<RulesetHolder, 'stamp' | 'document' | 'kills' | 'marks' | 'view'>;
  readonly confirmedAtMs: number;
  readonly killDigest: string;
}

export const WHY_QUARANTINED = 'The application died of it twice in a row.';

/**
 * Keeps on disk what the client holds, and knows which ruleset may be used. Decisions are in `ledger.ts`; this measures how
 * long a ruleset was in use, and writes. Without a storage it keeps time and writes nothing.
 */
export class Keeper implements Gate {
  readonly #ports: Ports;
  readonly #about: () => AboutHeld;
  readonly #throttle: WriteThrottle;
  readonly #trial: Trial;
  #ledger: Ledger = EMPTY;
  /** Changes that follow from decisions, by record, until they have been carried out. */
  readonly #pending = new Map<string, RecordChange>();
  #killsIds: readonly string[] = [];
  #isDocumentStored = false;
  #sinceMs: number;

  constructor(ports: Ports, about: () => AboutHeld) {
    this.#ports = ports;
    this.#about = about;
    this.#throttle = new WriteThrottle(ports, () => this.#store());
    this.#sinceMs = ports.now().elapsedMs;
    this.#trial = new Trial(ports, () => {
      this.#pass();
      this.#follow({ type: 'cleared' });
      this.changed();
      const now = this.#inUse;
      if (now !== undefined) this.#trial.goOn(now);
    });
  }

  /** What the ruleset in use has proved; `undefined` where none is that could prove anything. */
  get proof(): Proof | undefined {
    const now = this.#inUse;
    return now && proofOf({ servedMs: now.servedMs + this.#ports.now().elapsedMs - this.#sinceMs });
  }

  /** The youngest of the rulesets that are not used any more, as it is reported. */
  get quarantined(): RefusedRuleset | undefined {
    const youngest = this.#ledger.quarantined.at(-1);
    if (youngest === undefined) return undefined;
    const { lineage, generation } = youngest;
    return { lineage, generation, result: 'quarantined', reason: WHY_QUARANTINED };
  }

  /** Reads what is kept. `undefined` without a storage. */
  load(environment: string | undefined): Kept | undefined {
    const { storage } = this.#ports;
    if (storage === undefined) return undefined;
    const kept = loadKept(storage, environment);
    this.#ledger = kept.ledger;
    this.#killsIds = kept.killsIds;
    this.#isDocumentStored = kept.document !== undefined && !kept.isOld;
    if (kept.isOld) this.#plan({ kind: 'snapshot', id: '', text: undefined });
    this.#note(kept.told);
    // A quarantine holds from now on, whether or not anything comes that would have to be written.
    const urgent = [...this.#pending.values()].filter(({ kind }) => kind === 'quarantine');
    const settled = urgent.filter(({ text }) => text !== undefined);
    // Until it is written down, the marks of the dead are all that the next process would know of it.
    const done = (stored: boolean) => {
      if (stored) for (const { id } of settled) storage.marks.forget(id);
    };
    if (urgent.length > 0) storage.store(urgent, done);
    return kept;
  }

  isQuarantined(hash: string): boolean {
    return this.#ledger.quarantined.some((one) => one.hash === hash);
  }

  /** A ruleset is about to be used: if the process does not survive that, the next one must be able to find out. */
  beforeUse(stamp: Stamp, environment: string, source: Source): void {
    if (source !== 'network' && source !== 'disk') return;
    const { hash, lineage, generation } = stamp;
    const isOther = hash !== this.#ledger.inUse;
    this.#pass();
    if (source === 'network') this.#isDocumentStored = false;
    this.#follow({ type: 'applied', ruleset: { hash, lineage, generation, environment }, from: source });
    if (isOther) this.#trial.begin(stamp, this.#inUse?.servedMs ?? 0, this.#ledger.deaths.get(hash) ?? 0);
  }

  /** Something changed that must survive a restart. */
  changed(): void {
    if (this.#ports.storage !== undefined) this.#throttle.changed();
  }

  /** What there is was found to be current. */
  confirmed(): void {
    if (this.#ports.storage !== undefined) this.#throttle.confirmed();
  }

  /** Writes what is left before it returns, and ends. */
  close(): void {
    this.#throttle.close();
    this.#pass();
    this.#follow({ type: 'cleared' });
    this.#trial.end();
    if (this.#inUse === undefined && this.#throttle.isNew) return;
    this.#ports.storage?.storeNow(this.#changes());
  }

  get #inUse(): Generation | undefined {
    return this.#ledger.generations.find(({ hash }) => hash === this.#ledger.inUse);
  }

  /** Counts the time since the last time for the ruleset in use. */
  #pass(): void {
    const { elapsedMs } = this.#ports.now();
    const ms = elapsedMs - this.#sinceMs;
    this.#sinceMs = elapsedMs;
    this.#follow({ type: 'clock', ms });
  }

  #follow(event: LedgerEvent): void {
    const { ledger, told } = follow(this.#ledger, event);
    this.#ledger = ledger;
    this.#note(told);
  }

  #note(told: readonly Told[]): void {
    const { log } = this.#ports;
    for (const { what, hash, generation, why } of told) {
      if (what === 'quarantined') {
        const quarantine = this.#ledger.quarantined.find((one) => one.hash === hash);
        if (quarantine !== undefined)
          this.#plan({ kind: 'quarantine', id: hash, text: writeQuarantine(quarantine) });
        log.warn(`Generation ${generation} is not used any more until something newer comes. ${why}`);
      } else if (what === 'lifted') {
        this.#plan({ kind: 'quarantine', id: hash, text: undefined });
        log.info(`Generation ${generation} is no longer in quarantine. ${why}`);
      } else log.debug(`Generation ${generation} is ${what}. ${why}`);
      if (what !== 'quarantined' && what !== 'dropped') continue;
      // The proof goes first: without it the rest is no generation.
      for (const kind of ['proof', 'ruleset'] as const) this.#plan({ kind, id: hash, text: undefined });
    }
  }

  #plan(change: RecordChange): void {
    this.#pending.set(`${change.kind} ${change.id}`, change);
  }

  #store(): void {
    this.#pass();
    const planned = [...this.#pending];
    this.#ports.storage?.store(this.#changes(), (stored) => {
      if (!stored) this.#isDocumentStored = false;
      else
        for (const [name, change] of planned)
          if (this.#pending.get(name) === change) this.#pending.delete(name);
    });
  }

  #changes(): readonly RecordChange[] {
    const { holder, confirmedAtMs, killDigest } = this.#about();
    const held = holder.stamp?.hash === this.#ledger.inUse ? this.#inUse : undefined;
    const document = held === undefined || this.#isDocumentStored ? undefined : holder.document;
    if (held !== undefined) {
      this.#isDocumentStored = true;
      for (const kind of ['proof', 'ruleset']) this.#pending.delete(`${kind} ${held.hash}`);
    }
    const kills = {
      id: this.#newId(),
      environment: holder.view?.environment,
      writtenAtMs: this.#ports.now().epochMs,
      killDigest,
      marks: [...holder.marks],
      kills: holder.kills,
    };
    const killsIds = this.#killsIds.filter((id) => id !== kills.id);
    this.#killsIds = [kills.id, ...killsIds.slice(0, 1)];
    const others = this.#pending.values();
    return composeChanges({ generation: held, document, confirmedAtMs, kills, killsIds, others });
  }

  #newId(): string {
    const { epochMs } = this.#ports.now();
    return `${epochMs.toString(36)}-${Math.floor(this.#ports.random() * 2 ** 48).toString(36)}`;
  }
}
