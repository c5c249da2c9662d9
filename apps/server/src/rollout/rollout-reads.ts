import type { EntityManager } from 'typeorm';
import type { KillLedger } from '../catalog/index.js';
import { type RolloutName, readApprovals, readRollout } from './rollout.repository.js';
import { readMarks } from './rollout-marks.js';
import type { RolloutRead } from './rollout-observer.js';

/** A row and what is to be read for that very version of it; `undefined`: there is none. */
export async function readForStep(
  manager: EntityManager,
  name: RolloutName,
  ledger: Pick<KillLedger, 'holds'>,
): Promise<RolloutRead | undefined> {
  const row = await readRollout(manager, name);
  if (row === undefined) return undefined;
  const newestFirst = await readApprovals(manager, name);
  return {
    row,
    isKilled: await ledger.holds(manager, name),
    approvals: [...newestFirst].reverse(),
    marks: await readMarks(manager, name, row.state.run),
  };
}
