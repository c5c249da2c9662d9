import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';

const BUNDLER = join(dirname(fileURLToPath(import.meta.url)), 'run-bundler.mjs');

export interface Bundle {
  readonly code: string;
  readonly gzipBytes: number;
  /** Paths of the modules that left something in it. */
  readonly modules: readonly string[];
}

/** Bundles a module as an application would, minified, from the built packages. */
export async function bundle(input: string, external: readonly string[] = []): Promise<Bundle> {
  const args = [BUNDLER, input, ...external];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 50_000_000 });
  const { code, modules } = JSON.parse(stdout) as Omit<Bundle, 'gzipBytes'>;
  return { code, modules, gzipBytes: gzipSync(code, { level: 9 }).length };
}
