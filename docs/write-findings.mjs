import { writeFileSync } from 'node:fs';
import { renderFindingsPage } from '../apps/cli/dist/findings-page.js';

// Needs a build (`npm run build`), since it reads the registry of the built engine.
writeFileSync(new URL('findings.md', import.meta.url), renderFindingsPage());
