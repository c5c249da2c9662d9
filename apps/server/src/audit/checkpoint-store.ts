import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Checkpoint } from '@guidon/policy/audit-chain';
import type { EntityManager } from 'typeorm';

interface Row {
  readonly sequence: string;
  readonly hash: string;
  readonly at: Date;
  readonly key: string;
  readonly signature: string;
}

type Queries = Pick<EntityManager, 'query'>;

/** Checkpoints of entries after `after` and up to `upTo`, in order. */
export async function fetchCheckpoints(
  queries: Queries,
  range: { readonly after: number; readonly upTo: number },
): Promise<Checkpoint[]> {
  const rows: Row[] = await queries.query(
    `SELECT sequence, hash, at, key, signature FROM audit_checkpoints
     WHERE sequence > $1 AND sequence <= $2 ORDER BY sequence, key`,
    [range.after, range.upTo],
  );
  return rows.map(({ sequence, at, ...row }) => ({
    ...row,
    sequence: Number(sequence),
    at: at.toISOString(),
  }));
}

/** False when another server wrote one for this entry. */
export async function insertCheckpoint(queries: Queries, checkpoint: Checkpoint): Promise<boolean> {
  const { sequence, hash, at, key, signature } = checkpoint;
  const rows: unknown[] = await queries.query(
    `INSERT INTO audit_checkpoints (sequence, hash, at, key, signature) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (sequence, key) DO NOTHING RETURNING 1`,
    [sequence, hash, at, key, signature],
  );
  return rows.length > 0;
}

/**
 * The same checkpoints out of reach of whoever holds the database: a file in the data folder, one line each, that only
 * grows. A line that was cut by a crash is skipped.
 */
export class CheckpointFile {
  private readonly path: string;

  constructor(private readonly dataDir: string) {
    this.path = join(dataDir, 'audit-checkpoints.ndjson');
  }

  append(checkpoint: Checkpoint): void {
    mkdirSync(this.dataDir, { recursive: true, mode: 0o700 });
    appendFileSync(this.path, `${JSON.stringify(checkpoint)}\n`, { mode: 0o600 });
  }

  read(): Checkpoint[] {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
    return text.split('\n').flatMap(readCheckpoint);
  }
}

function readCheckpoint(line: string): Checkpoint[] {
  try {
    const value = JSON.parse(line) as Checkpoint;
    const texts = [value.hash, value.at, value.key, value.signature];
    const isWhole = Number.isSafeInteger(value.sequence) && texts.every((text) => typeof text === 'string');
    return isWhole ? [value] : [];
  } catch {
    return [];
  }
}
