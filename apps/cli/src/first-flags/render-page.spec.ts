import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it, jest } from '@jest/globals';
import { type RunGit, renderFirstFlagsPage } from './render-page.js';

// A dozen commands with git processes on a busy machine.
jest.setTimeout(60_000);

const PAGE = new URL('../../../../docs/first-flags.md', import.meta.url);

const git: RunGit = (cwd, args, env) => void execFileSync('git', args, { cwd, env });

it('plays the session of docs/first-flags.md as it stands there (run `node docs/write-first-flags.mjs` after a change)', async () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(await renderFirstFlagsPage(git));
});

it('shows a session in which the slips are found and everything else is fine', () => {
  const page = readFileSync(PAGE, 'utf8');
  const failed = [...page.matchAll(/^\$ guidon (\w+)[^`]*?\[exit 1\]/gm)].map(([, command]) => command);
  expect(failed).toEqual(['lint', 'fmt', 'test']);
  expect(page).not.toContain('[exit 2]');
});
