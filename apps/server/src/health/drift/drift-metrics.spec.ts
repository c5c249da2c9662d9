import type { DriftDocument } from '@guidon/protocol';
import { METRIC_GROUPS } from '@guidon/protocol/metrics';
import { expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { exposeDrift } from './drift-metrics.js';

const TRUTH_METRICS = METRIC_GROUPS[0]?.metrics ?? {};

const DOCUMENT = {
  inSync: false,
  reasons: [],
  desired: { branch: 'main', seenSecondsAgo: 3 },
  judged: { state: 'held', secondsAgo: 4000 },
  environments: [
    {
      ...{ environment: 'production', generation: 7, sinceSeconds: 30 },
      wave: { percent: 10, sinceSeconds: 90 },
      waiting: { why: 'wave', sinceSeconds: 91 },
    },
  ],
  removed: [{ environment: 'staging', streams: 3 }],
  quarantined: [],
  overrides: [
    { kind: 'kill', environments: ['production', 'staging'], sinceSeconds: 5 },
    { kind: 'kill', environments: ['production'], sinceSeconds: 8000 },
    { kind: 'pin', environments: ['staging'], sinceSeconds: 90_000 },
  ],
  replicas: [],
  instances: { lagging: [] },
} as unknown as DriftDocument;

async function exposed(document: DriftDocument): Promise<string> {
  const registry = new Registry();
  exposeDrift(registry, () => document);
  return registry.metrics();
}

it('tells of everything in the part of the catalogue that it fills, and of nothing else', async () => {
  const text = await exposed(DOCUMENT);
  const valued = new Set([...text.matchAll(/^(guidon_\w+)/gm)].map(([, name]) => name));
  const declared = Object.keys(TRUTH_METRICS).filter((name) => name !== 'guidon_killed_flags');
  expect([...valued].sort()).toEqual(declared.sort());
});

it('tells no age of what never was, and all is 0 while nothing was read', async () => {
  const unseen = { ...DOCUMENT, desired: { branch: 'main' } } as unknown as DriftDocument;
  expect(await exposed(unseen)).not.toMatch(/^guidon_git_seen_age_seconds \d/m);
  expect(await exposed(DOCUMENT)).toMatch(/^guidon_git_seen_age_seconds 3$/m);
  const registry = new Registry();
  exposeDrift(registry, () => undefined);
  expect(await registry.metrics()).toMatch(/^guidon_in_sync 0$/m);
});

it('tells how long a revision is held, a wave runs and a kill holds, and who lives with what is gone', async () => {
  const text = await exposed(DOCUMENT);
  expect(text).toContain('guidon_revision_held_age_seconds 4000');
  expect(text).toContain('guidon_wave_age_seconds{environment="production"} 90');
  expect(text).toContain('guidon_removed_environment_streams{environment="staging"} 3');
  expect(text).toContain('guidon_wave_percent{environment="production"} 10');
  expect(text).toContain('guidon_override_age_seconds{environment="production"} 8000');
  expect(text).toContain('guidon_override_age_seconds{environment="staging"} 5');
  expect(text).toContain('guidon_overrides{kind="kill"} 2');
  const accepted = {
    ...DOCUMENT,
    judged: { state: 'accepted', secondsAgo: 4000 },
  } as unknown as DriftDocument;
  expect(await exposed(accepted)).not.toMatch(/^guidon_revision_held_age_seconds \d*[1-9]/m);
});
