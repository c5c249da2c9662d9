import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const BIN = fileURLToPath(new URL('../bin/guidon.js', import.meta.url));

function guidon(args: readonly string[], env: Record<string, string> = {}) {
  return spawnSync(process.execPath, [BIN, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: 60_000,
    env: { PATH: process.env.PATH, ...env },
  });
}

describe('the built command', () => {
  beforeAll(() => {
    const built = spawnSync(process.execPath, ['node_modules/@typescript/native/bin/tsc', '-b', 'apps/cli'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect([built.status, built.stdout]).toEqual([0, '']);
  }, 300_000);

  it('checks the sample shop in a process of its own', () => {
    const { status, stdout, stderr } = guidon(['lint']);
    expect([status, stderr]).toEqual([0, '']);
    // Time may have brought warnings by now; it never brings errors.
    expect(stdout).toMatch(/\d+ files\.\n$/);
  }, 60_000);

  it('prints no colours into a pipe and no stack trace for an error', () => {
    const key = `gdn_admin_abcd1234_${'s'.repeat(43)}`;
    const env = { GUIDON_URL: 'http://127.0.0.1:9', GUIDON_KEY: key };
    const { status, stderr } = guidon(['status'], env);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^guidon: The server at http:\/\/127\.0\.0\.1:9 cannot be reached.*\n$/);
  }, 60_000);
});
