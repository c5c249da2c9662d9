import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const SKIPPED = new Set(['node_modules', 'dist', '.git', '.guidon', 'coverage']);
const SOURCE_ROOTS = ['libs', 'apps', 'migrations', 'architecture', 'scripts', 'bench', 'examples'];

/** Every file below the folders, as paths from the root with forward slashes. */
export function listFiles(folders: readonly string[] = SOURCE_ROOTS): string[] {
  const found: string[] = [];
  const visit = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (SKIPPED.has(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile()) found.push(relative(ROOT, path).replaceAll('\\', '/'));
    }
  };
  for (const folder of folders) {
    try {
      visit(join(ROOT, folder));
    } catch (error) {
      // Folders that come with later parts of the product.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return found.sort();
}

export function isSource(path: string): boolean {
  return /\.(ts|tsx|mjs|cjs)$/.test(path) && !path.endsWith('.d.ts');
}

/** Specs, and what only specs use: the language's sentences as cases lie in a folder that is never built. */
export function isSpec(path: string): boolean {
  return /\.spec\.tsx?$/.test(path) || /\/test\/|^libs\/engine\/src\/language\//.test(path);
}

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

export function parse(path: string, text = readText(path)): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
}

/** Visits every node of a file. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** `path:line`, as terminals and editors open it. */
export function place(file: ts.SourceFile, node: ts.Node): string {
  return `${file.fileName}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}
