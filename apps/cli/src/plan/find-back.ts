import type { WayBackQuestion } from '@guidon/engine/load';
import { findWaysBack } from '../checkout/load-compared.js';
import type { Revisions } from './load-revisions.js';

/** Changed flags, by protected environment, and changed segments that only go back to what was live before. */
export async function findBack(
  { comparison, files, before, wanted }: Revisions,
  nowMs: number,
): Promise<ReadonlySet<string>> {
  if (wanted === undefined || comparison.input.previous === undefined) return new Set();
  const guarded = before.project.environments.filter((one) => one.protected).map(({ id }) => id);
  const flags = changesOf('flag', [before, wanted]).flatMap((exchange) =>
    guarded.map((environment) => ({ exchange, environment })),
  );
  const segments = changesOf('segment', [before, wanted]).map((exchange) => ({ exchange }));
  return findWaysBack({ ...comparison.input, files, nowMs }, comparison.reader, [...flags, ...segments]);
}

type Side = Pick<Revisions['before'], 'flags' | 'segments' | 'files'>;

function changesOf(
  kind: 'flag' | 'segment',
  [before, after]: readonly [Side, Side],
): WayBackQuestion['exchange'][] {
  const versions = (side: Side) => (kind === 'flag' ? side.flags : side.segments);
  return [...versions(after)].flatMap(([key, { path }]) => {
    const old = versions(before).get(key);
    const [from, to] = [before.files.get(old?.path ?? ''), after.files.get(path)];
    if (from === undefined || to === undefined || from.blob === to.blob) return [];
    return [{ kind, key, before: from, after: to }];
  });
}
