import {
  type ChainHead,
  type ChainLink,
  type Checkpoint,
  type CheckpointTally,
  EMPTY_CHAIN,
  type JudgeSignature,
  NO_CHECKPOINTS,
  verifyChain,
  verifyCheckpoints,
  verifyEnd,
} from '@guidon/policy/audit-chain';
import type { Transactions } from '../kernel/database/index.js';
import { AUDIT_COLUMNS, type AuditRow, readEnd, readLinks, toLink } from './audit-rows.js';
import { type AuditSearch, conditionOf } from './audit-search.js';
import { type CheckpointFile, fetchCheckpoints } from './checkpoint-store.js';
import { CHAIN_FUNCTIONS } from './database-audit.js';

const PAGE = 1000;

export interface AuditReaderParts {
  readonly transactions: Transactions;
  readonly judge: JudgeSignature;
  readonly file: Pick<CheckpointFile, 'read'>;
}

export type AuditVerdict =
  | { readonly ok: true; readonly head: ChainHead; readonly checkpoints: CheckpointTally }
  | { readonly ok: false; readonly sequence: number; readonly reason: string };

/** Some of the log in order, with the checkpoints of these entries. */
export interface AuditStretch {
  readonly links: readonly ChainLink[];
  readonly checkpoints: readonly Checkpoint[];
}

/** Reads the log and checks it. */
export class AuditReader {
  constructor(private readonly parts: AuditReaderParts) {}

  /** Newest first, beginning below `before`, of the entries that fit. */
  async page(
    search: AuditSearch,
    { before, limit }: { before: number; limit: number },
  ): Promise<ChainLink[]> {
    const { sql, parameters } = conditionOf(search, 3);
    return this.parts.transactions.run(async (manager) => {
      const rows: AuditRow[] = await manager.query(
        `SELECT ${AUDIT_COLUMNS} FROM audit_entries WHERE sequence < $1 AND ${sql} ORDER BY sequence DESC LIMIT $2`,
        [before, limit, ...parameters],
      );
      return rows.map(toLink);
    });
  }

  /**
   * The log after `after`, up to where it ends now or to `upTo`, oldest first. Page by page in transactions of their own,
   * so that a long walk holds up nobody on the embedded database's one connection.
   */
  async *stretches({
    after = 0,
    upTo,
  }: {
    after?: number;
    upTo?: number;
  } = {}): AsyncGenerator<AuditStretch> {
    const { transactions } = this.parts;
    const last = upTo ?? (await transactions.run(readEnd)).sequence;
    for (let from = after; from < last; ) {
      const stretch = await transactions.run(async (manager) => {
        const links = await readLinks(manager, { after: from, upTo: last, limit: PAGE });
        const reached = links.at(-1)?.sequence ?? last;
        return {
          links,
          reached,
          checkpoints: await fetchCheckpoints(manager, { after: from, upTo: reached }),
        };
      });
      if (stretch.links.length === 0) return;
      yield stretch;
      from = stretch.reached;
    }
  }

  /**
   * Walks the chain up to where it ended at the beginning, and names the first entry that was changed, taken out, put in
   * or moved.
   */
  async verify(): Promise<AuditVerdict> {
    const end = await this.parts.transactions.run(readEnd);
    const kept = this.parts.file.read();
    const { judge } = this.parts;
    let head: ChainHead = EMPTY_CHAIN;
    let tally = NO_CHECKPOINTS;
    for await (const { links, checkpoints } of this.stretches({ upTo: end.sequence })) {
      const verdict = verifyChain(links, { sha256: CHAIN_FUNCTIONS.sha256, from: head });
      if (!verdict.ok) return verdict;
      const { after, upTo } = { after: head.sequence, upTo: verdict.head.sequence };
      const ofFile = kept.filter(({ sequence }) => sequence > after && sequence <= upTo);
      const signed = verifyCheckpoints(united(checkpoints, ofFile), links, { judge, tally });
      if (!signed.ok) return signed;
      [head, tally] = [verdict.head, signed.tally];
    }
    const closing = verifyEnd(head, end);
    if (!closing.ok) return closing;
    return (await this.whyNoEnd(kept)) ?? { ok: true, head, checkpoints: tally };
  }

  /** The log only grows: a row behind its end, or a checkpoint of an entry that it does not reach, tells of a forger. */
  private async whyNoEnd(kept: readonly Checkpoint[]): Promise<AuditVerdict | undefined> {
    const { end, beyond } = await this.parts.transactions.run(async (manager) => {
      const now = await readEnd(manager);
      const after = now.sequence;
      return { end: now, beyond: await fetchCheckpoints(manager, { after, upTo: Number.MAX_SAFE_INTEGER }) };
    });
    const closing = verifyEnd(end, end, end.newest);
    if (!closing.ok) return closing;
    const ofFile = kept.filter(({ sequence }) => sequence > end.sequence);
    const { judge } = this.parts;
    const cut = verifyCheckpoints(united(beyond, ofFile), [], { judge, tally: NO_CHECKPOINTS });
    return cut.ok ? undefined : cut;
  }
}

/** Both sources in order; what stands in both counts once. */
function united(stored: readonly Checkpoint[], kept: readonly Checkpoint[]): Checkpoint[] {
  const all = new Map(
    [...stored, ...kept].map((one) => [JSON.stringify([one.sequence, one.signature]), one]),
  );
  return [...all.values()].sort((a, b) => a.sequence - b.sequence);
}
