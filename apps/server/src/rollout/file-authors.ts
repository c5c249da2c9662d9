import type { EntityManager } from 'typeorm';
import { readFileRevisions } from '../catalog/index.js';

export interface FileQuestion {
  readonly path: string;
  readonly blob: string;
  /** The version that was known before; absent: only who brought this one is asked for. */
  readonly known?: string;
}

/**
 * E-mail addresses of everybody who had a part in the versions of a file after the one that was known, up to this one:
 * authors, who are a claim, and signers, whom somebody verified.
 */
export async function readFileAuthors(
  manager: EntityManager,
  file: FileQuestion,
): Promise<readonly string[]> {
  const revisions = await readFileRevisions(manager, file);
  const people = revisions.flatMap(({ author, provenance }) => [
    author,
    ...(provenance === undefined ? [] : [...provenance.authors, ...provenance.signers]),
  ]);
  return [...new Set(people.map(addressOf))].sort();
}

/** `Ada <ada@acme.example>` and `ada@acme.example` are one person. */
export function addressOf(person: string): string {
  return (/<([^<>]+)>\s*$/.exec(person)?.[1] ?? person).trim().toLowerCase();
}
