import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { renderFirstFlagsPage } from '../apps/cli/dist/first-flags/render-page.js';

const git = (cwd, args, env) => execFileSync('git', args, { cwd, env });

// Needs a build (`npm run build`): the session on the page is one that really happens, in a folder of its own.
writeFileSync(new URL('first-flags.md', import.meta.url), await renderFirstFlagsPage(git));
