import type { ProposalKind, ProposalState } from '@guidon/protocol';
import type { ErrorCode } from '@guidon/protocol/errors';
import type { EntityManager } from 'typeorm';
import type { Proposal, ProposalEdit, WantedProposal } from './proposal.js';

/**
 * False when one for the same branch is under way: that one will do. The caller holds the lock on the audit head, or is a
 * press, which does; nothing here waits for anybody.
 */
export async function insertWanted(manager: EntityManager, wanted: WantedProposal): Promise<boolean> {
  const rows = await manager.query(
    `INSERT INTO proposals (id, kind, subject, about_kill, branch, edit, actor, reason, wanted_at, state, changed_at, next_at)
     SELECT $1::text, $2::text, $3::text, $4::boolean, $5::text, $6::jsonb, $7::text, $8::text, $9::timestamptz,
       'wanted', $9::timestamptz, $9::timestamptz
     WHERE NOT EXISTS (SELECT FROM proposals WHERE branch = $5::text AND state NOT IN ('merged', 'closed'))
     RETURNING id`,
    [
      wanted.id,
      wanted.kind,
      wanted.subject,
      wanted.aboutKill,
      wanted.branch,
      JSON.stringify(wanted.edit),
      wanted.actor,
      wanted.reason,
      new Date(wanted.wantedAtMs),
    ],
  );
  return rows.length > 0;
}

export interface Due {
  readonly nowMs: number;
  /** Something has happened: look at all but those that wait after a failure. */
  readonly isEager: boolean;
}

/** Those that are not over, or leave something behind, and whose time has come; oldest first. */
export function readDue(manager: EntityManager, { nowMs, isEager }: Due): Promise<Proposal[]> {
  const where = `WHERE (state NOT IN ('merged', 'closed') OR leaves_branch)
    AND (next_at <= $1 OR ($2::boolean AND attempts = 0)) ORDER BY id`;
  return read(manager, where, [new Date(nowMs), isEager]);
}

const MOST_LISTED = 500;

/** Those under way first, newest first. */
export function listProposals(manager: EntityManager): Promise<Proposal[]> {
  return read(manager, `ORDER BY state IN ('merged', 'closed'), id DESC LIMIT ${MOST_LISTED}`, []);
}

export async function findProposal(manager: EntityManager, id: string): Promise<Proposal | undefined> {
  return (await read(manager, 'WHERE id = $1', [id]))[0];
}

export async function findUnderWay(manager: EntityManager, branch: string): Promise<Proposal | undefined> {
  return (await read(manager, `WHERE branch = $1 AND state NOT IN ('merged', 'closed')`, [branch]))[0];
}

/** Whether a commit at the tip of a branch is one that we made for it, now or earlier. */
export async function isOurCommit(manager: EntityManager, branch: string, commit: string): Promise<boolean> {
  const rows = await manager.query('SELECT FROM proposals WHERE branch = $1 AND $2 = ANY (commits) LIMIT 1', [
    branch,
    commit,
  ]);
  return rows.length > 0;
}

/** What changes of a row; what is left out stays, `null` clears. */
export interface ProposalPatch {
  readonly state?: ProposalState;
  readonly code?: ErrorCode | null;
  readonly detail?: string | null;
  readonly edit?: ProposalEdit;
  readonly reason?: string;
  readonly actor?: string;
  readonly changedAtMs?: number;
  readonly base?: string;
  readonly contentDigest?: string;
  readonly commits?: readonly string[];
  readonly pushed?: boolean;
  readonly pullNumber?: number;
  readonly pullUrl?: string;
  readonly leavesBranch?: boolean;
  readonly attempts?: number;
  readonly nextAtMs?: number;
}

const COLUMNS: { readonly [Name in keyof Required<ProposalPatch>]: string } = {
  state: 'state',
  code: 'code',
  detail: 'detail',
  edit: 'edit',
  reason: 'reason',
  actor: 'actor',
  changedAtMs: 'changed_at',
  base: 'base_commit',
  contentDigest: 'content_digest',
  commits: 'commits',
  pushed: 'pushed',
  pullNumber: 'pull_number',
  pullUrl: 'pull_url',
  leavesBranch: 'leaves_branch',
  attempts: 'attempts',
  nextAtMs: 'next_at',
};

export async function updateProposal(
  manager: EntityManager,
  id: string,
  patch: ProposalPatch,
): Promise<void> {
  const entries = Object.entries(patch) as [keyof ProposalPatch, unknown][];
  if (entries.length === 0) return;
  const sets = entries.map(([name], index) => `${COLUMNS[name]} = $${index + 2}`);
  const values = entries.map(([name, value]) => {
    if (name === 'changedAtMs' || name === 'nextAtMs') return new Date(value as number);
    return name === 'edit' ? JSON.stringify(value) : value;
  });
  await manager.query(`UPDATE proposals SET ${sets.join(', ')} WHERE id = $1`, [id, ...values]);
}

async function read(manager: EntityManager, rest: string, values: unknown[]): Promise<Proposal[]> {
  const rows: Row[] = await manager.query(`SELECT * FROM proposals ${rest}`, values);
  return rows.map(proposalOf);
}

interface Row {
  readonly id: string;
  readonly kind: ProposalKind;
  readonly subject: string;
  readonly about_kill: boolean;
  readonly branch: string;
  readonly edit: ProposalEdit;
  readonly actor: string;
  readonly reason: string;
  readonly wanted_at: Date;
  readonly state: ProposalState;
  readonly code: ErrorCode | null;
  readonly detail: string | null;
  readonly changed_at: Date;
  readonly base_commit: string | null;
  readonly content_digest: string | null;
  readonly commits: string[];
  readonly pushed: boolean;
  readonly pull_number: number | null;
  readonly pull_url: string | null;
  readonly leaves_branch: boolean;
  readonly attempts: number;
}

function proposalOf(row: Row): Proposal {
  const { id, kind, subject, branch, edit, actor, reason, state, commits, pushed, attempts } = row;
  const pull =
    row.pull_number === null || row.pull_url === null
      ? undefined
      : { number: row.pull_number, url: row.pull_url };
  return {
    ...{ id, kind, subject, branch, edit, actor, reason, state, commits, pushed, attempts, pull },
    aboutKill: row.about_kill,
    wantedAtMs: row.wanted_at.getTime(),
    code: row.code ?? undefined,
    detail: row.detail ?? undefined,
    changedAtMs: row.changed_at.getTime(),
    base: row.base_commit ?? undefined,
    contentDigest: row.content_digest ?? undefined,
    leavesBranch: row.leaves_branch,
  };
}
