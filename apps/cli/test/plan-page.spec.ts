import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

it('prints what docs/plan.md shows (run `node docs/write-plan.mjs` after a build when it says something else)', () => {
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
    return { status, printed: stdout + stderr };
  };
  expect(run('node_modules/@typescript/native/bin/tsc', '-b', 'apps/cli')).toEqual({
    status: 0,
    printed: '',
  });
  expect(run('docs/write-plan.mjs', '--check')).toEqual({ status: 0, printed: '' });
}, 300_000);
