import { afterEach, expect, test } from '@jest/globals';
import { isRequired, reportMissing } from './requirement.js';

const before = process.env.GUIDON_TEST_REQUIRE;
afterEach(() => {
  if (before === undefined) delete process.env.GUIDON_TEST_REQUIRE;
  else process.env.GUIDON_TEST_REQUIRE = before;
});

test('fails instead of skipping where the missing thing is required', () => {
  process.env.GUIDON_TEST_REQUIRE = 'postgres, chromium';
  expect(isRequired('chromium')).toBe(true);
  expect(() => reportMissing('chromium', 'None on PATH.')).toThrow(/chromium.*None on PATH/);
});

test('lets a test be skipped, aloud, where nothing is required', () => {
  process.env.GUIDON_TEST_REQUIRE = '';
  expect(isRequired('postgres')).toBe(false);
  const said: string[] = [];
  const write = process.stderr.write;
  process.stderr.write = (text: string | Uint8Array) => said.push(String(text)) > 0;
  try {
    reportMissing('postgres', 'There is none.');
  } finally {
    process.stderr.write = write;
  }
  expect(said.join('')).toMatch(/SKIPPED.*postgres.*There is none\.[\s\S]*The whole suite/);
});
