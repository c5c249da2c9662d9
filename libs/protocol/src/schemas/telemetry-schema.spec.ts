import { expect, test } from '@jest/globals';
import type { TelemetryReport } from '../telemetry.js';
import { telemetrySchema } from './telemetry-schema.js';

const RULESET = { lineage: 'lin0', generation: 7, hash: 'a'.repeat(32) };

const COUNTS = {
  ruleset: RULESET,
  ageMs: 12.5,
  lengthMs: 10_000,
  evaluations: 100,
  errors: { FLAG_NOT_FOUND: 2 },
  defaultsServed: 2,
  outcomes: [{ outcome: 'http.error', total: 50, bad: 1 }],
};

const REPORT: TelemetryReport = {
  format: 1,
  instance: '7f1d0c52-5f0e-4b53-9f3b-0a3d0c9e8b11',
  boot: '2026-11-23T12:00:00.000Z',
  client: 1,
  sequence: 1,
  sdk: { name: '@guidon/node', version: '0.1.0' },
  uptimeMs: 5000.25,
  environment: 'production',
  applied: RULESET,
  refused: { lineage: 'lin0', generation: 8, result: 'rejected', reason: 'It cannot be compiled.' },
  counts: [COUNTS],
  dropped: 0,
};

const complaints = (changes: object) =>
  telemetrySchema
    .safeParse({ ...REPORT, ...changes })
    .error?.issues.map(({ path, message }) => `${path.join('/')}: ${message}`) ?? [];
const ofCounts = (changes: object) => complaints({ counts: [COUNTS, { ...COUNTS, ...changes }] });

test('takes a whole report, and the least one, as they are', () => {
  expect(telemetrySchema.parse(REPORT)).toEqual(REPORT);
  const { environment: _, applied: __, refused: ___, ...least } = { ...REPORT, counts: [] };
  expect(telemetrySchema.parse(least)).toEqual(least);
});

test('names everything that is wrong at once', () => {
  expect(
    complaints({ instance: 'a b', sequence: 0, user: 'u-1', counts: [{ ...COUNTS, evaluations: -1 }] })
      .length,
  ).toBeGreaterThanOrEqual(4);
});

test('refuses counts that cannot be', () => {
  expect(ofCounts({ errors: { FLAG_NOT_FOUND: 60, GENERAL: 41 } })).toEqual([
    'counts/1/errors: not more errors than evaluations',
  ]);
  expect(ofCounts({ defaultsServed: 101 })).toEqual([
    'counts/1/defaultsServed: not more defaults than evaluations',
  ]);
  expect(ofCounts({ outcomes: [{ outcome: 'a', total: 1, bad: 2 }] })).toEqual([
    'counts/1/outcomes/0/bad: not more bad than there are',
  ]);
  const twice = { outcome: 'a', total: 1, bad: 0 };
  expect(ofCounts({ outcomes: [twice, twice] })).toEqual(['counts/1/outcomes: each outcome once']);
  for (const evaluations of [1.5, Number.NaN, 2 ** 41, '5', null])
    expect(ofCounts({ evaluations })).not.toEqual([]);
});

test('refuses what is too long or too many', () => {
  expect(complaints({ counts: Array.from({ length: 33 }, () => COUNTS) })).toHaveLength(1);
  const outcomes = Array.from({ length: 17 }, (_, index) => ({ outcome: `o${index}`, total: 1, bad: 0 }));
  expect(ofCounts({ outcomes })).toHaveLength(1);
  expect(ofCounts({ ageMs: 3_600_001 })).toHaveLength(1);
  expect(complaints({ refused: { ...REPORT.refused, reason: 'x'.repeat(301) } })).toHaveLength(1);
  expect(complaints({ instance: 'x'.repeat(129) })).toHaveLength(1);
});

test('refuses text that no log or database takes', () => {
  for (const reason of ['a\u0000b', 'a\nb', 'half \ud83d']) {
    expect(complaints({ refused: { ...REPORT.refused, reason } })).toEqual([
      'refused/reason: printable characters only',
    ]);
  }
  expect(complaints({ refused: { ...REPORT.refused, reason: 'größer als 1 µs 🎏' } })).toEqual([]);
});

test('has no place for names that a caller makes up', () => {
  expect(ofCounts({ errors: { u17: 1 } })).not.toEqual([]);
  expect(ofCounts({ outcomes: [{ outcome: 'Ada Lovelace', total: 1, bad: 0 }] })).toHaveLength(1);
  expect(ofCounts({ users: ['u-1'] })).toHaveLength(1);
});
