import type { DriftDocument } from '@guidon/protocol';
import type { Registry } from 'prom-client';
import { declaredGauge } from '../../kernel/metrics/index.js';

type GaugeName = Parameters<typeof declaredGauge>[1];
type Rows = (of: DriftDocument) => readonly (readonly [number | undefined, { [label: string]: string }?])[];

/** Shows the document that was read last. Whoever has no value has no row. */
export function exposeDrift(registry: Registry, latest: () => DriftDocument | undefined): void {
  for (const [name, rows] of Object.entries(SHOWN) as [GaugeName, Rows][])
    declaredGauge(registry, name, (gauge) => {
      const document = latest();
      if (document === undefined) return;
      for (const [value, labels] of rows(document))
        if (value !== undefined) gauge.set((labels ?? {}) as { environment: string }, value);
        // What is not known is no zero: an age of 0 would look like news of this very second.
        else if (labels === undefined) gauge.remove();
    });
}

/** Labels are environments of the project and closed lists. */
const SHOWN: { readonly [Name in GaugeName]?: Rows } = {
  guidon_in_sync: ({ inSync }) => [[inSync ? 1 : 0]],
  guidon_drift_reasons: ({ reasons }) => [[reasons.length]],
  guidon_git_seen_age_seconds: ({ desired }) => [[desired.seenSecondsAgo]],
  guidon_revision_held_age_seconds: ({ judged }) => [[judged?.state === 'held' ? judged.secondsAgo : 0]],
  guidon_quarantined_files: ({ quarantined }) => [[quarantined.length]],
  guidon_overrides: ({ overrides }) =>
    ['kill', 'pin', 'rollout'].map((kind) => [overrides.filter((one) => one.kind === kind).length, { kind }]),
  guidon_override_age_seconds: oldestKills,
  guidon_environment_generation: ({ environments }) =>
    environments.map(({ environment, generation }) => [generation, { environment }]),
  guidon_environment_generation_age_seconds: ({ environments }) =>
    environments.map(({ environment, sinceSeconds }) => [sinceSeconds, { environment }]),
  guidon_waiting_age_seconds: ({ environments }) =>
    environments.flatMap(({ environment, waiting, held }) =>
      [waiting, held].flatMap((content) =>
        content === undefined ? [] : [[content.sinceSeconds, { environment, why: content.why }] as const],
      ),
    ),
  guidon_wave_age_seconds: ({ environments }) =>
    environments.map(({ environment, wave }) => [wave?.sinceSeconds, { environment }]),
  guidon_wave_percent: ({ environments }) =>
    environments.map(({ environment, wave }) => [wave?.percent, { environment }]),
  guidon_removed_environment_streams: ({ removed }) =>
    (removed ?? []).map(({ environment, streams }) => [streams ?? 0, { environment }]),
  guidon_replicas_behind: ({ replicas }) => [[replicas.filter(({ behind }) => behind).length]],
  guidon_instances_lagging: ({ instances }) => [[instances.lagging.length]],
};

function oldestKills({ overrides }: DriftDocument): ReturnType<Rows> {
  const oldest = new Map<string, number>();
  for (const { kind, environments, sinceSeconds = 0 } of overrides)
    if (kind === 'kill')
      for (const environment of environments)
        oldest.set(environment, Math.max(sinceSeconds, oldest.get(environment) ?? 0));
  return [...oldest].map(([environment, age]) => [age, { environment }]);
}
