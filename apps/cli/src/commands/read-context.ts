import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { EvaluationContext, Project } from '@guidon/engine/model';
import { CliError } from '../cli-error.js';

/** For options that may be given again. */
export function collect(given: string, before: readonly string[] = []): readonly string[] {
  return [...before, given];
}

const PAIR = /^([A-Za-z][\w.:/-]*)=(.*)$/s;

/**
 * The context of `--context`: JSON, `@file` with JSON inside, or `attribute=value`, one after the other; later ones win.
 * A value is read as the project declares the attribute; without a project, as what it looks like.
 */
export function readContext(
  given: readonly string[] | undefined,
  cwd: string,
  project?: Pick<Project, 'attributes'>,
): EvaluationContext {
  const parts = (given ?? []).map((text): EvaluationContext => {
    const pair = PAIR.exec(text);
    if (pair === null) return readJson(text, cwd);
    const [, name, value] = pair as unknown as [string, string, string];
    return { [name]: readValue(name, value, project) };
  });
  return Object.assign({}, ...parts) as EvaluationContext;
}

function readValue(name: string, text: string, project: Pick<Project, 'attributes'> | undefined): unknown {
  const type = project === undefined ? undefined : (project.attributes.get(name)?.type ?? 'string');
  const mayBe = (wanted: string) => type === undefined || type === wanted;
  if (mayBe('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  if (mayBe('number') && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (type !== 'boolean' && type !== 'number') return text;
  throw new CliError(`${name} is a ${type}, and ${JSON.stringify(text)} is none.`, { usage: true });
}

function readJson(given: string, cwd: string): EvaluationContext {
  const text = given.startsWith('@') ? readContextFile(resolve(cwd, given.slice(1))) : given;
  let context: unknown;
  try {
    context = JSON.parse(text);
  } catch (error) {
    throw new CliError(`--context is not JSON, nor attribute=value: ${(error as Error).message}`, {
      usage: true,
    });
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
