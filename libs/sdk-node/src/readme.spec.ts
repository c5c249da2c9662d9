import { readFileSync } from 'node:fs';
import { constants } from '@guidon/sdk-core';
import { describe, expect, test } from '@jest/globals';
import { OPTION_DEFAULTS } from './options.js';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** Rows of the table under a heading, cells without their back-ticks. */
function table(heading: string): string[][] {
  const section = README.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  const rows = section
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1);
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

describe('the README', () => {
  test('lists every option with the default that the code has', () => {
    const documented = Object.fromEntries(table('Options').map(([name, fallback]) => [name, fallback]));
    expect(documented).toEqual(
      Object.fromEntries(Object.entries(OPTION_DEFAULTS).map(([name, value]) => [name, String(value)])),
    );
  });

  test('names every state', () => {
    expect(table('Where a value comes from').map(([state]) => state)).toEqual([
      'starting',
      'ready',
      'stale',
      'error',
      'closed',
    ]);
  });

  test('states the delays that the code has', () => {
    expect(README).toContain(`back off to ${constants.BACK_OFF_CAP_MS / 1_000} s`);
    expect(README.replaceAll('\n', ' ')).toContain(
      `every ${constants.EXTENDED_RETRY_MS / 2_000} to ${constants.EXTENDED_RETRY_MS / 1_000} s`,
    );
    expect(constants.GRACE_MS).toBe(60_000);
  });
});
