import {
  type ChainHead,
  type ChainLink,
  type ChainVerdict,
  EMPTY_CHAIN,
  verifyChain,
  verifyEnd,
} from '@guidon/policy/audit-chain';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { TRANSACTIONS, type Transactions } from '../kernel/database/index.js';
import { CHAIN_FUNCTIONS } from './database-audit.js';

interface Row {
  readonly sequence: string;
  readonly body: string;
  readonly previous_hash: string;
  readonly hash: string;
}

const COLUMNS = 'sequence, body, previous_hash, hash';
const VERIFY_PAGE = 1000;

/** Reads the log and checks it. */
@Injectable()
export class AuditReader {
  constructor(@Inject(TRANSACTIONS) private readonly transactions: Transactions) {}

  /** Newest first, beginning below `before`. */
  async page({ before, limit }: { before: number; limit: number }): Promise<ChainLink[]> {
    return this.transactions.run(async (manager) => {
      const rows: Row[] = await manager.query(
        `SELECT ${COLUMNS} FROM audit_entries WHERE sequence < $1 ORDER BY sequence DESC LIMIT $2`,
        [before, limit],
      );
      return rows.map(toLink);
    });
  }

  /**
   * Walks the whole chain up to the head as it stood at the beginning. Page by page in transactions of their own, so
   * that a long walk holds up nobody on the embedded database's one connection.
   */
  async verify(): Promise<ChainVerdict> {
    const end = await this.transactions.run(readHead);
    let head: ChainHead = EMPTY_CHAIN;
    while (head.sequence < end.sequence) {
      const links = await this.transactions.run((manager) => readFrom(manager, head.sequence, end.sequence));
      if (links.length === 0) break;
      const verdict = verifyChain(links, { sha256: CHAIN_FUNCTIONS.sha256, from: head });
      if (!verdict.ok) return verdict;
      head = verdict.head;
    }
    return verifyEnd(head, end);
  }
}

async function readHead(manager: EntityManager): Promise<ChainHead> {
  const rows: { sequence: string; hash: string }[] = await manager.query(
    'SELECT sequence, hash FROM audit_head',
  );
  const row = rows[0];
  return row === undefined ? EMPTY_CHAIN : { sequence: Number(row.sequence), hash: row.hash };
}

async function readFrom(manager: EntityManager, after: number, upTo: number): Promise<ChainLink[]> {
  const rows: Row[] = await manager.query(
    `SELECT ${COLUMNS} FROM audit_entries WHERE sequence > $1 AND sequence <= $2 ORDER BY sequence LIMIT $3`,
    [after, upTo, VERIFY_PAGE],
  );
  return rows.map(toLink);
}

function toLink(row: Row): ChainLink {
  return {
    sequence: Number(row.sequence),
    body: row.body,
    previousHash: row.previous_hash,
    hash: row.hash,
  };
}
