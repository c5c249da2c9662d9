import type { Project, Snapshot } from '@guidon/engine/model';
import type { Transactions } from '../kernel/database/index.js';
import { readVersions } from './file.repository.js';

/** What the next revision is judged by: nothing that it brings itself. */
export interface AcceptedRules {
  readonly project: Project;
  /** Text of the list in force; absent when there is none. */
  readonly allowedSigners?: string;
}

/** From the newest snapshot: what would change these rules is held everywhere, so that they were accepted. */
export async function readAcceptedRules(
  transactions: Transactions,
  snapshot: Snapshot | undefined,
): Promise<AcceptedRules | undefined> {
  if (snapshot === undefined) return undefined;
  const { project, files } = snapshot;
  const list = files.get('allowed_signers');
  if (list === undefined) return { project };
  const [version] = await transactions.run((manager) => readVersions(manager, [list]));
  return { project, allowedSigners: new TextDecoder().decode(version?.[1]) };
}
