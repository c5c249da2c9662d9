import type { PrometheusSample } from '@guidon/policy/guards';
import type { EntityManager } from 'typeorm';
import type { RolloutName } from '../rollout.repository.js';

export async function writeSample(
  manager: EntityManager,
  { environment, flag }: RolloutName,
  {
    guard,
    sample,
    keptMs,
  }: { readonly guard: string; readonly sample: PrometheusSample; readonly keptMs: number },
): Promise<void> {
  const values = sample.kind === 'values' ? sample.values.map(String) : null;
  const why = sample.kind === 'failed' ? sample.why : null;
  await manager.query(
    `INSERT INTO prometheus_samples (environment, flag, guard, at, "values", failed) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT DO NOTHING`,
    [environment, flag, guard, new Date(sample.atMs), values, why],
  );
  await manager.query(
    'DELETE FROM prometheus_samples WHERE environment = $1 AND flag = $2 AND guard = $3 AND at < $4',
    [environment, flag, guard, new Date(sample.atMs - keptMs)],
  );
}

/** By guard, the oldest first. */
export async function readSamples(
  manager: EntityManager,
  { environment, flag }: RolloutName,
  sinceMs: number,
): Promise<ReadonlyMap<string, readonly PrometheusSample[]>> {
  const rows: { guard: string; at: Date; values: string[] | null; failed: string | null }[] =
    await manager.query(
      `SELECT guard, at, "values", failed FROM prometheus_samples
       WHERE environment = $1 AND flag = $2 AND at >= $3 ORDER BY guard, at`,
      [environment, flag, new Date(sinceMs)],
    );
  const samples = new Map<string, PrometheusSample[]>();
  for (const { guard, at, values, failed } of rows) {
    const atMs = new Date(at).getTime();
    const sample: PrometheusSample =
      values === null
        ? { atMs, kind: 'failed', why: failed ?? '' }
        : { atMs, kind: 'values', values: values.map(Number) };
    samples.set(guard, [...(samples.get(guard) ?? []), sample]);
  }
  return samples;
}
