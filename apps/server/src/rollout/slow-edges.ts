import type { EntityManager } from 'typeorm';
import type { RolloutName } from './rollout.repository.js';

export interface RunName extends RolloutName {
  readonly run: number;
}

/** By guard: above which value a call is slow in this run. */
export async function readSlowEdges(
  manager: EntityManager,
  { environment, flag, run }: RunName,
): Promise<ReadonlyMap<string, number>> {
  const rows: { guard: string; edge: number }[] = await manager.query(
    'SELECT guard, edge FROM rollout_slow_edges WHERE environment = $1 AND flag = $2 AND run = $3',
    [environment, flag, run],
  );
  return new Map(rows.map(({ guard, edge }) => [guard, edge]));
}

/** The first word stands: what is slow never changes while a rollout runs. Gives what stands. */
export async function writeSlowEdge(
  manager: EntityManager,
  { environment, flag, run }: RunName,
  { guard, edge }: { readonly guard: string; readonly edge: number },
): Promise<number> {
  await manager.query(
    `INSERT INTO rollout_slow_edges (environment, flag, run, guard, edge) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT DO NOTHING`,
    [environment, flag, run, guard, edge],
  );
  const edges = await readSlowEdges(manager, { environment, flag, run });
  return edges.get(guard) ?? edge;
}
