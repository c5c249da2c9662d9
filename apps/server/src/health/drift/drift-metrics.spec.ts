import { readFileSync } from 'node:fs';
import type { DriftDocument } from '@guidon/protocol';
import { expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { exposeDrift } from './drift-metrics.js';

const RULES = new URL('../../../../../docs/alerts/guidon.rules.yml', import.meta.url);
/** Of the database's module, and of notifications, whose spec knows them. */
const ELSEWHERE = [
  'guidon_clock_ahead_seconds',
  'guidon_notifications_dead_total',
  'guidon_notifications_untold_total',
];

const DOCUMENT = {
  inSync: false,
  reasons: [],
  desired: {},
  judged: { state: 'held', secondsAgo: 4000 },
  environments: [{ environment: 'production', generation: 7, wave: { sinceSeconds: 90 } }],
  removed: [{ environment: 'staging', streams: 3 }],
  quarantined: [],
  overrides: [],
  replicas: [],
  instances: { lagging: [] },
} as unknown as DriftDocument;

async function exposed(document: DriftDocument): Promise<string> {
  const registry = new Registry();
  exposeDrift(registry, () => document);
  return registry.metrics();
}

it('has every metric that an alert rule asks for', async () => {
  const asked = readFileSync(RULES, 'utf8').match(/guidon_[a-z_]+/g) ?? [];
  const known = await exposed(DOCUMENT);
  const missing = [...new Set(asked)].filter((name) => !known.includes(`# TYPE ${name} gauge`));
  expect(asked.length).toBeGreaterThan(5);
  expect(missing).toEqual(ELSEWHERE);
});

it('tells how long a revision is held and a wave runs, and who lives with what is gone', async () => {
  const text = await exposed(DOCUMENT);
  expect(text).toContain('guidon_revision_held_age_seconds 4000');
  expect(text).toContain('guidon_wave_age_seconds{environment="production"} 90');
  expect(text).toContain('guidon_removed_environment_streams{environment="staging"} 3');
  const accepted = {
    ...DOCUMENT,
    judged: { state: 'accepted', secondsAgo: 4000 },
  } as unknown as DriftDocument;
  expect(await exposed(accepted)).not.toMatch(/^guidon_revision_held_age_seconds \d*[1-9]/m);
});
