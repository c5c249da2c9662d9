import { expect, it } from '@jest/globals';
import type { Environment, Project } from '../model/index.js';
import { protectionChanges } from './protection-changes.js';

const WAVE = { parts: 1_000, holdMs: 60_000 };
const FREEZE = { fromMs: 0, toMs: 1, reason: 'Black Friday week' };
const PRODUCTION: Environment = { id: 'production', protected: true, waves: [WAVE], freeze: [FREEZE] };
const STAGING: Environment = { id: 'staging', protected: false, waves: [], freeze: [] };

function project(environments: readonly Environment[], jumpPoints = 10): Project {
  const limits = { flagsPerTeam: 40, ageDays: 180, jumpPoints, massChange: 30 };
  return { environments, limits } as unknown as Project;
}

function told(...after: Parameters<typeof project>): string[] {
  const [hold, ...others] = protectionChanges(project([STAGING, PRODUCTION]), project(...after), 0);
  expect(others).toEqual([]);
  return hold === undefined ? [] : [hold.kind, hold.sentence];
}

it.each([
  ['removes', [STAGING], 'It removes the protected environment production.'],
  ['unprotects', [STAGING, { ...PRODUCTION, protected: false }], 'It takes the protection from production.'],
  ['takes the waves of', [STAGING, { ...PRODUCTION, waves: [] }], 'It changes the waves of production.'],
  ['ends a freeze of', [STAGING, { ...PRODUCTION, freeze: [] }], 'It changes a freeze of production.'],
])('holds a change that %s a protected environment', (_what, environments, sentence) => {
  expect(told(environments)).toEqual(['protection-change', sentence]);
});

it('holds a limit that is raised, and none that is lowered', () => {
  expect(told([STAGING, PRODUCTION], 50)).toEqual([
    'protection-change',
    'It raises limits.jumpPoints from 10 to 50.',
  ]);
  expect(told([STAGING, PRODUCTION], 5)).toEqual([]);
});

it('lets protection grow, and unprotected environments come and go', () => {
  const later = { fromMs: 2, toMs: 3, reason: 'Audit' };
  expect(told([{ ...PRODUCTION, freeze: [FREEZE, later] }])).toEqual([]);
  const open = { ...PRODUCTION, waves: [] };
  expect(protectionChanges(project([open]), project([PRODUCTION]), 0)).toEqual([]);
});

it('lets a freeze be tidied away when it is over, and not a moment before', () => {
  const tidied = project([{ ...PRODUCTION, freeze: [] }]);
  const at = (nowMs: number) => protectionChanges(project([PRODUCTION]), tidied, nowMs).length;
  expect([at(FREEZE.toMs - 1), at(FREEZE.toMs)]).toEqual([1, 0]);
});
