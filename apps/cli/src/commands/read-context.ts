import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { EvaluationContext, Project } from '@guidon/engine/model';
import { CliError } from '../cli-error.js';

/** The context of `--context`: JSON, or `@file` with JSON inside. */
export function readContext(given: string | undefined, cwd: string): EvaluationContext {
  if (given === undefined) return {};
  const text = given.startsWith('@') ? readContextFile(resolve(cwd, given.slice(1))) : given;
  let context: unknown;
  try {
    context = JSON.parse(text);
  } catch (error) {
    throw new CliError(`--context is not JSON: ${(error as Error).message}`, { usage: true });
  }
  if (typeof context !== 'object' || context === null || Array.isArray(context)) {
    throw new CliError('--context wants an object such as {"targetingKey": "u-1"}.', { usage: true });
  }
  return context as EvaluationContext;
}

function readContextFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new CliError(`The context file ${path} cannot be read.`, { usage: true });
  }
}

/**
 * Names in the context that no flag can read, because the project does not declare them: mostly a misspelling. A name
 * declared with dots may come as nested objects, so the first part of it counts as known.
 */
export function undeclaredAttributes(context: EvaluationContext, project: Project): string[] {
  const known = new Set(['targetingKey']);
  for (const attribute of project.attributes.keys()) {
    known.add(attribute);
    known.add(attribute.split('.')[0] as string);
  }
  return Object.keys(context).filter((attribute) => !known.has(attribute));
}
