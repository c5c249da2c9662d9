import { expect, it } from '@jest/globals';
import { FINDING_CODES, jsonSchemas, WAIVABLE_CODES } from './index.js';

it('explains every code in whole sentences', () => {
  for (const [code, entry] of Object.entries(FINDING_CODES)) {
    expect(code).toMatch(/^[a-z]+(-[a-z0-9]+)*$/);
    for (const text of [entry.why, entry.fix])
      expect([code, text]).toEqual([code, expect.stringMatching(/^[A-Z"].*[.…]$/s)]);
  }
});

it('knows the codes that can be waived, as errors', () => {
  for (const code of WAIVABLE_CODES) expect(FINDING_CODES[code].severity).toBe('error');
});

it('leaves what time alone can cause a warning', () => {
  const timeCaused = Object.entries(FINDING_CODES).filter(([, entry]) => entry.timeCaused);
  expect(timeCaused.map(([code]) => code).sort()).toEqual([
    'flag-expired',
    'no-time-to-grow',
    'review-overdue',
    'team-budget',
  ]);
  for (const [, entry] of timeCaused) expect(entry.severity).toBe('warning');
});

it('publishes closed JSON Schemas for editors', () => {
  const schemas = jsonSchemas();
  for (const schema of Object.values(schemas)) {
    expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
    expect(() => JSON.stringify(schema)).not.toThrow();
  }
  expect(schemas.flag).toMatchObject({ required: ['type', 'owner', 'description', 'safe'] });
  expect(Object.keys((schemas.project as { properties: object }).properties)).toContain('attributes');
});
