import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { lockDataFolder } from './data-folder-lock.js';

/** Bumped together with the package; `assets/build-template.mjs` makes the file, and a spec compares the versions. */
export const TEMPLATE_FILE = 'pglite-0.5.16.tgz';

export interface EmbeddedDatabase {
  readonly pglite: PGlite;
  /** After the data source is destroyed: closes the files and gives the folder back. */
  close(): Promise<void>;
}

/**
 * Opens PostgreSQL inside this process, in `<dataDir>/database`. A first start unpacks a template of an empty,
 * initialised database (half a second); without one it initialises (about four).
 */
export async function openEmbedded(dataDir: string): Promise<EmbeddedDatabase> {
  const release = lockDataFolder(dataDir);
  try {
    const folder = join(dataDir, 'database');
    const template = isEmpty(folder) ? readTemplate() : undefined;
    const pglite = await PGlite.create(folder, template === undefined ? {} : { loadDataDir: template });
    return {
      pglite,
      close: async () => {
        await pglite.close();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

function isEmpty(folder: string): boolean {
  return !existsSync(folder) || readdirSync(folder).length === 0;
}

/** The same relative path from `src` and from `dist`. */
function readTemplate(): Blob | undefined {
  const path = fileURLToPath(new URL(`../../../assets/${TEMPLATE_FILE}`, import.meta.url));
  return existsSync(path) ? new Blob([readFileSync(path)]) : undefined;
}
