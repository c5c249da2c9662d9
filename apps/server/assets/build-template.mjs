// Makes the template from which the embedded database starts the first time: an empty, initialised PGlite folder without
// the two template databases of PostgreSQL, which nothing here uses. Run it after every change of the PGlite version:
//   node apps/server/assets/build-template.mjs
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { PGlite } from '@electric-sql/pglite';

const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
const { version } = JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'guidon-template-'));
try {
  const first = await PGlite.create(folder);
  await first.exec('UPDATE pg_database SET datistemplate = false');
  await first.exec('DROP DATABASE template0');
  await first.exec('DROP DATABASE template1');
  await first.exec('CHECKPOINT');
  await first.close();
  const second = await PGlite.create(folder);
  const dump = await second.dumpDataDir('gzip');
  await second.close();
  const packed = gzipSync(gunzipSync(Buffer.from(await dump.arrayBuffer())), { level: 9 });
  const target = fileURLToPath(new URL(`./pglite-${version}.tgz`, import.meta.url));
  writeFileSync(target, packed);
  console.log(`${target}: ${packed.length} bytes`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
