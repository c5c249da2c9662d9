import { expect, it } from '@jest/globals';
import { decideReadiness, decideWriteReadiness, type HealthFacts } from './decide-readiness.js';

const well: HealthFacts = {
  draining: false,
  liveEnvironments: 3,
  databaseUp: true,
  databaseSilentSeconds: 0,
};

it('is ready for reads and writes when all is well', () => {
  expect(decideReadiness(well)).toEqual({ ready: true, reason: 'Serving the current state.' });
  expect(decideWriteReadiness(well).ready).toBe(true);
});

it('is never ready with nothing to serve, whatever the database says', () => {
  for (const databaseUp of [true, false]) {
    const facts = { ...well, liveEnvironments: 0, databaseUp };
    expect([decideReadiness(facts).ready, decideWriteReadiness(facts).ready]).toEqual([false, false]);
  }
});

it('goes on serving with the database away, says how old that is, and takes no writes', () => {
  const facts = { ...well, databaseUp: false, databaseSilentSeconds: 41 };
  expect(decideReadiness(facts)).toMatchObject({ ready: true, staleSeconds: 41 });
  expect(decideWriteReadiness(facts)).toMatchObject({ ready: false, staleSeconds: 41 });
});

it('sends everybody away while it shuts down', () => {
  expect(decideReadiness({ ...well, draining: true }).ready).toBe(false);
  expect(decideWriteReadiness({ ...well, draining: true }).ready).toBe(false);
});
