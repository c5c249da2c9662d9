import type { RevisionHold, RevisionRecord } from '../catalog/index.js';
import type { Clock } from '../kernel/clock/index.js';

export interface SecondLookParts {
  readonly clock: Pick<Clock, 'elapsedMs'>;
  /** In [0, 1). */
  readonly random: () => number;
  /** Somebody can be asked about reviews. */
  readonly hasHost: boolean;
  /** By the database's clock where it has one. */
  readonly storeNowMs: () => Promise<number>;
}

type Held = Pick<RevisionRecord, 'id' | 'state' | 'holds'>;

const FIRST_MS = 15_000;
const LONGEST_MS = 5 * 60_000;

/** What new facts outside the commit can prove or take back; other holds are in what the commit itself says. */
const BY_PROOF: ReadonlySet<RevisionHold['kind']> = new Set(['unreviewed', 'unsigned', 'rewritten-history']);

/** Not known for a reason that may pass by itself: Git was in the way. */
const PASSING: ReadonlySet<string> = new Set(['commits-unknown', 'signature-not-verifiable']);

/**
 * When a commit that is held is judged once more although nobody pushed: when somebody asks for a sync, when a freeze has
 * ended, and by itself while a proof is missing, less and less often, so that a host which is away is not pestered.
 */
export class SecondLook {
  private revisionId = -1;
  private looks = 0;
  private dueMs = 0;

  constructor(private readonly parts: SecondLookParts) {}

  async isDue(record: Held | undefined, { asked }: { readonly asked: boolean }): Promise<boolean> {
    if (record?.state !== 'held') return false;
    this.follow(record);
    const { holds } = record;
    if (asked && holds.some(({ kind }) => BY_PROOF.has(kind))) return true;
    const isOver = this.parts.clock.elapsedMs() >= this.dueMs;
    if (isOver && holds.some((hold) => this.mayBeProved(hold))) return true;
    if (!isOver && this.looks > 0 && !asked) return false;
    return this.hasEndedFreeze(holds);
  }

  /** Called before each look, so that one that fails is not repeated at once either. */
  begin(record: Held): void {
    this.follow(record);
    this.looks += 1;
    this.pause();
  }

  private follow({ id }: Held): void {
    if (this.revisionId === id) return;
    this.revisionId = id;
    this.looks = 0;
    this.pause();
  }

  /** Between a half and the whole of a pause that doubles each time. */
  private pause(): void {
    const { clock, random } = this.parts;
    const fullMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(this.looks, 16));
    this.dueMs = clock.elapsedMs() + fullMs * (0.5 + 0.5 * random());
  }

  private mayBeProved({ kind, code = '' }: RevisionHold): boolean {
    return kind === 'unreviewed' ? this.parts.hasHost : PASSING.has(code);
  }

  private async hasEndedFreeze(holds: readonly RevisionHold[]): Promise<boolean> {
    const ends = holds.flatMap(({ until }) => (until === undefined ? [] : [Date.parse(until)]));
    return ends.length > 0 && Math.min(...ends) <= (await this.parts.storeNowMs());
  }
}
