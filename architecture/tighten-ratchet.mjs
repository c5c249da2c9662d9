// Writes size-ratchet.json anew from the files as they are: run it after a file was split. A reviewer sees what grew.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const skipped = new Set(['node_modules', 'dist', '.guidon']);
const sizes = {};

function visit(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !skipped.has(entry.name)) visit(path);
    if (!entry.isFile() || !/\.(ts|tsx|mjs|cjs)$/.test(entry.name)) continue;
    const lines = readFileSync(path, 'utf8').split('\n').length - 1;
    if (lines > 200 && !entry.name.includes('.spec.') && !path.includes('src/language/'))
      sizes[relative(root, path)] = lines;
  }
}

for (const folder of ['libs', 'apps', 'migrations', 'architecture', 'scripts', 'bench', 'examples']) {
  try {
    visit(join(root, folder));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}
const sorted = Object.fromEntries(Object.entries(sizes).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(join(root, 'architecture', 'size-ratchet.json'), `${JSON.stringify(sorted, null, 2)}\n`);
console.log(sorted);
