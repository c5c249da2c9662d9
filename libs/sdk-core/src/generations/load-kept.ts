import type { EnvironmentKills } from '@guidon/engine/model';
import type { RulesetDocument } from '@guidon/protocol';
import { DEATHS_TO_QUARANTINE } from '../constants.js';
import { listKills, mergeKills, NO_KILLS } from '../kill-set.js';
import type { RecordStorage } from '../ports.js';
import { type Generation, isGood, type Quarantine } from './generation.js';
import {
  chooseStart,
  EMPTY,
  fallbackFor,
  follow,
  type Ledger,
  type LedgerEvent,
  open,
  type Told,
} from './ledger.js';
import {
  type KillsRecord,
  type Marks,
  type OldSnapshot,
  type ProofRecord,
  readKills,
  readOldSnapshot,
  readProof,
  readQuarantine,
  readRuleset,
} from './records.js';

/** What is begun with, and what is known besides. */
export interface Kept {
  readonly ledger: Ledger;
  readonly told: readonly Told[];
  readonly document: RulesetDocument | undefined;
  /** When that was last known to be current, ms since the epoch; 0: never. */
  readonly confirmedAtMs: number;
  readonly kills: EnvironmentKills;
  readonly marks: Marks;
  readonly killDigest: string;
  /** Ids of the records that the kills come from, youngest first. */
  readonly killsIds: readonly string[];
  /** A file of an older release was among it. */
  readonly isOld: boolean;
}

/** Reads what earlier processes have left behind, and decides what to begin with. Changes nothing. */
export function loadKept(storage: RecordStorage, expected: string | undefined): Kept {
  const loading = new Loading(storage, expected);
  loading.countDeaths();
  const document = loading.start();
  const { ledger, told, old } = loading;
  const records = killsOf(storage, old, document?.environment ?? expected);
  return {
    ledger,
    told,
    document,
    confirmedAtMs: document === undefined ? 0 : loading.confirmedAtMs(document.hash),
    kills: listKills(records.reduce((set, { kills }) => mergeKills(set, kills), NO_KILLS)),
    marks: marksOf(records, ledger.quarantined, document),
    // The kills are a superset of each record's, so that each digest is true of them; the youngest saves most.
    killDigest: records[0]?.killDigest ?? '',
    killsIds: records.map(({ id }) => id).filter((id) => id !== ''),
    isOld: old !== undefined,
  };
}

class Loading {
  ledger: Ledger = EMPTY;
  readonly told: Told[] = [];
  readonly old: OldSnapshot | undefined;
  readonly #storage: RecordStorage;
  readonly #expected: string | undefined;
  readonly #proofs: ReadonlyMap<string, ProofRecord>;
  readonly #documents = new Map<string, RulesetDocument | undefined>();

  constructor(storage: RecordStorage, expected: string | undefined) {
    this.#storage = storage;
    this.#expected = expected;
    const text = storage.read('snapshot', '');
    this.old = text === undefined ? undefined : readOldSnapshot(text);
    const proofs = storage.list('proof').flatMap((one) => readProof(one) ?? []);
    const { document, confirmedAtMs = 0 } = this.old ?? {};
    // It proved itself to nobody who wrote it down; all that this release has written is younger.
    if (
      document !== undefined &&
      document.hash !== '' &&
      proofs.every(({ hash }) => hash !== document.hash)
    ) {
      proofs.push({ ...stampOf(document), order: 0, servedMs: 0, confirmedAtMs });
      this.#documents.set(document.hash, document);
    }
    this.#proofs = new Map(proofs.map((proof) => [proof.hash, proof]));
    const quarantined = storage.list('quarantine').flatMap((one) => readQuarantine(one) ?? []);
    const { ledger, told } = open(proofs.map(withoutConfirmation), quarantined);
    this.ledger = ledger;
    this.told.push(...told);
  }

  confirmedAtMs(hash: string): number {
    return this.#proofs.get(hash)?.confirmedAtMs ?? 0;
  }

  /** A quarantine needs something to go back to: not a record that says so, but a ruleset that can be read. */
  countDeaths(): void {
    for (const mark of this.#storage.marks.died()) {
      const { hash, lineage, generation, deaths: times } = mark;
      for (;;) {
        const fallback = times < DEATHS_TO_QUARANTINE ? undefined : fallbackFor(this.ledger, hash);
        if (fallback === undefined || this.#documentOf(fallback) !== undefined) break;
        this.#follow({ type: 'refused', hash: fallback.hash });
      }
      this.#follow({ type: 'died', ruleset: { hash, lineage, generation }, times });
    }
  }

  /** The youngest that can be read. */
  start(): RulesetDocument | undefined {
    for (let next = chooseStart(this.ledger); next !== undefined; next = chooseStart(this.ledger)) {
      const document = this.#documentOf(next);
      if (document !== undefined) {
        this.#keepAWayBack();
        return document;
      }
      this.#follow({ type: 'refused', hash: next.hash });
    }
    return undefined;
  }

  /** Where a quarantine lasts, what is begun with is what it goes back to; no other good one need be readable. */
  #keepAWayBack(): void {
    const { quarantined, generations } = this.ledger;
    if (quarantined.length === 0 || generations.length === 0) return;
    for (const one of generations.filter(isGood).reverse()) {
      if (this.#documentOf(one) !== undefined) return;
      this.#follow({ type: 'refused', hash: one.hash });
    }
  }

  #follow(event: LedgerEvent): void {
    const { ledger, told } = follow(this.ledger, event);
    this.ledger = ledger;
    this.told.push(...told);
  }

  #documentOf({ hash }: Generation): RulesetDocument | undefined {
    if (this.#documents.has(hash)) return this.#documents.get(hash);
    const text = this.#storage.read('ruleset', hash);
    const read = text === undefined ? undefined : readRuleset(text);
    const isRight =
      read?.hash === hash && (this.#expected === undefined || read.environment === this.#expected);
    const document = isRight ? read : undefined;
    this.#documents.set(hash, document);
    return document;
  }
}

function stampOf({ hash, lineage, generation, environment }: RulesetDocument) {
  return { hash, lineage, generation, environment };
}

function withoutConfirmation({ confirmedAtMs: _, ...generation }: ProofRecord): Generation {
  return generation;
}

/** Records of kills for one environment, youngest first; where that is unknown, for that of the youngest. */
function killsOf(
  storage: RecordStorage,
  old: OldSnapshot | undefined,
  environment: string | undefined,
): readonly KillsRecord[] {
  const all = storage.list('kills').flatMap((text) => readKills(text) ?? []);
  if (old !== undefined) all.push(old.record);
  all.sort((a, b) => b.writtenAtMs - a.writtenAtMs);
  const wanted = environment ?? all.find((one) => one.environment !== undefined)?.environment;
  return all.filter((one) => one.environment === undefined || one.environment === wanted);
}

/** The highest generation ever held in each lineage: no replica that lags takes the client back. */
function marksOf(
  records: readonly KillsRecord[],
  quarantined: readonly Quarantine[],
  document: RulesetDocument | undefined,
): Marks {
  const marks = new Map<string, number>();
  for (const [lineage, generation] of [...records].reverse().flatMap((record) => record.marks))
    marks.set(lineage, Math.max(generation, marks.get(lineage) ?? 0));
  // A quarantine goes back on purpose. The server may well serve something between the two, and that is welcome.
  const isBack = document !== undefined && quarantined.some(({ lineage }) => lineage === document.lineage);
  if (isBack) marks.set(document.lineage, document.generation);
  return [...marks];
}
