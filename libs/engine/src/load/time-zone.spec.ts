import { describe, expect, it } from '@jest/globals';
import { createDocumentCache, load } from './index.js';
import { isTimeZone } from './time-zone.js';

describe('isTimeZone', () => {
  it.each(['Europe/Oslo', 'UTC', 'America/Argentina/Buenos_Aires'])('knows %s', (name) => {
    expect(isTimeZone(name)).toBe(true);
  });

  it.each(['Europe/Olso', 'Erope/Oslo', 'Oslo'])('does not know %s', (name) => {
    expect(isTimeZone(name)).toBe(false);
  });
});

it('refuses a project in a time zone that does not exist', () => {
  const text = [
    'project: shop',
    'timezone: Europe/Olso',
    'environments: [{ id: development }]',
    'teams: { web: { members: [ada@acme.example] } }',
    '',
  ].join('\n');
  const files = [{ path: 'guidon.yaml', blob: 'b', bytes: new TextEncoder().encode(text) }];
  const { findings } = load({ files, nowMs: 0, cache: createDocumentCache() });
  expect(findings).toEqual([
    expect.objectContaining({ code: 'bad-format', pointer: '/timezone', line: 2, column: 11 }),
  ]);
});
