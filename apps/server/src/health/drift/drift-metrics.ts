import type { DriftDocument } from '@guidon/protocol';
import { Gauge, type Registry } from 'prom-client';

type Show = (
  name: string,
  help: string,
  labelNames: string[],
  set: (it: Gauge, of: DriftDocument) => void,
) => void;

/** Shows the document that was read last; labels are environments and closed lists. */
export function exposeDrift(registry: Registry, latest: () => DriftDocument | undefined): void {
  const gauge: Show = (name, help, labelNames, set) => {
    new Gauge({
      ...{ name, help, labelNames, registers: [registry] },
      collect() {
        this.reset();
        const document = latest();
        if (document !== undefined) set(this, document);
      },
    });
  };
  exposeWhole(gauge);
  exposeEnvironments(gauge);
  exposeReaders(gauge);
}

function exposeWhole(gauge: Show): void {
  gauge('guidon_in_sync', '1 when what is served is what the branch says.', [], (it, { inSync }) =>
    it.set(inSync ? 1 : 0),
  );
  gauge('guidon_drift_reasons', 'In how many ways what is served differs from Git.', [], (it, { reasons }) =>
    it.set(reasons.length),
  );
  gauge(
    'guidon_git_seen_age_seconds',
    'Seconds since the branch was last looked at.',
    [],
    (it, { desired }) => {
      if (desired.seenSecondsAgo !== undefined) it.set(desired.seenSecondsAgo);
    },
  );
  gauge(
    'guidon_revision_held_age_seconds',
    'For how long the newest revision waits for a person.',
    [],
    (it, { judged }) => {
      if (judged?.state === 'held') it.set(judged.secondsAgo);
    },
  );
  gauge(
    'guidon_quarantined_files',
    'Files that stay at their last good version.',
    [],
    (it, { quarantined }) => it.set(quarantined.length),
  );
  gauge(
    'guidon_overrides',
    'Kills and pins in force, and rollouts whose end is not merged.',
    ['kind'],
    (it, { overrides }) => {
      for (const kind of ['kill', 'pin', 'rollout'])
        it.set({ kind }, overrides.filter((one) => one.kind === kind).length);
    },
  );
}

function exposeEnvironments(gauge: Show): void {
  gauge(
    'guidon_environment_generation',
    'Generation that everybody is served.',
    ['environment'],
    (it, of) => {
      for (const { environment, generation } of of.environments) it.set({ environment }, generation);
    },
  );
  gauge(
    'guidon_waiting_age_seconds',
    'For how long newer content is not served, by environment and cause.',
    ['environment', 'why'],
    (it, of) => {
      for (const { environment, waiting, held } of of.environments)
        for (const content of [waiting, held])
          if (content !== undefined) it.set({ environment, why: content.why }, content.sinceSeconds);
    },
  );
  gauge(
    'guidon_wave_age_seconds',
    'For how long a wave is under way, by environment.',
    ['environment'],
    (it, of) => {
      for (const { environment, wave } of of.environments)
        if (wave !== undefined) it.set({ environment }, wave.sinceSeconds);
    },
  );
  gauge(
    'guidon_removed_environment_streams',
    'SDK streams of environments that the project has no longer.',
    ['environment'],
    (it, { removed }) => {
      for (const { environment, streams } of removed ?? []) it.set({ environment }, streams ?? 0);
    },
  );
}

/** Servers and SDK instances. */
function exposeReaders(gauge: Show): void {
  gauge('guidon_replicas_behind', 'Servers that serve an older generation.', [], (it, { replicas }) =>
    it.set(replicas.filter(({ behind }) => behind).length),
  );
  gauge('guidon_instances_lagging', 'SDK instances that lag or refused a ruleset.', [], (it, { instances }) =>
    it.set(instances.lagging.length),
  );
}
