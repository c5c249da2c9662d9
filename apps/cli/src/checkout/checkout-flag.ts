import { load, positionAt } from '@guidon/engine/load';
import type { EvaluationContext, Finding, Flag, Position, Ruleset, Snapshot } from '@guidon/engine/model';
import { resolve } from '@guidon/engine/resolve';
import { CliError } from '../cli-error.js';
import { undeclaredAttributes } from '../commands/read-context.js';
import type { Io } from '../io.js';
import { describeFinding } from '../output/findings/describe-findings.js';
import { paintFor, printable } from '../output/paint.js';
import { findFlagsFolder } from './find-flags-folder.js';
import { readFlagsFolder } from './read-flags-folder.js';

/** Flags of the checkout, committed or not, as far as they are without errors. */
export interface CheckoutFlags {
  readonly folder: string;
  readonly snapshot: Snapshot;
  readonly errors: readonly Finding[];
}

/** @throws CliError when there is no usable project file. */
export function readCheckoutFlags(io: Io, dir: string | undefined): CheckoutFlags {
  const folder = findFlagsFolder(io, dir);
  const { snapshot, findings } = load({ files: readFlagsFolder(folder), nowMs: io.now() });
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (snapshot === undefined) throw unusable(folder, errors);
  return { folder, snapshot, errors };
}

/** The environment that is named, or the first of the project. */
export function environmentOf({ project }: Snapshot, named: string | undefined): string {
  const ids = project.environments.map(({ id }) => id);
  const environment = named ?? (ids[0] as string);
  if (ids.includes(environment)) return environment;
  throw new CliError(`There is no environment ${environment}; choose ${ids.join(', ')}.`, {
    ...{ usage: true, code: 'environment-not-found' },
  });
}

/** A file with an error would be frozen on a server, so there is no honest answer for it here. */
export function flagOf({ snapshot, folder, errors }: CheckoutFlags, key: string, io: Io): Flag {
  const flag = snapshot.flags.get(key);
  if (flag !== undefined) return flag;
  const own = errors.filter(({ path }) => /([^/]+?)(\.test)?\.yaml$/.exec(path)?.[1] === key);
  if (own.length === 0)
    throw new CliError(`There is no flag ${key} in ${folder}.`, { usage: true, code: 'flag-not-found' });
  throw new CliError(`The file of ${key} has errors; mend them first (${io.command} lint tells more).`, {
    code: 'flag-refused',
    details: own.map(({ path, line, column, sentence }) => `${path}:${line}:${column} ${sentence}`),
  });
}

/** What a server would serve there if the rollout of this one flag stood at a stage. */
export function rulesetAt(
  snapshot: Snapshot,
  flag: Flag,
  { environment, stage }: { environment: string; stage: string | undefined },
): Ruleset {
  return resolve(snapshot, positionsFor(flag, environment, stage), environment, 'checkout');
}

export function warnOfUndeclared(context: EvaluationContext, { project }: Snapshot, io: Io): void {
  for (const name of undeclaredAttributes(context, project)) io.err(`guidon: warning: ${whyUnread(name)}\n`);
}

function whyUnread(name: string): string {
  if (name === 'now') return 'now is built in; use --now to set it.';
  return `guidon.yaml declares no attribute ${printable(name)}, so no flag reads it.`;
}

function unusable(folder: string, errors: readonly Finding[]): CliError {
  const details = errors.map((finding) => describeFinding(finding, '', paintFor(false)).split('\n')[1] ?? '');
  return new CliError(`There is no usable guidon.yaml in ${folder}.`, { code: 'project-refused', details });
}

function positionsFor(flag: Flag, environment: string, stage: string | undefined): readonly Position[] {
  if (stage === undefined) return [];
  const position = positionAt(flag, environment, stage);
  if (position !== undefined) return [position];
  const rollout = flag.environments.get(environment)?.rollout;
  throw new CliError(
    rollout === undefined
      ? `${flag.key} has no rollout in ${environment}.`
      : `The rollout has no stage ${stage}; choose ${rollout.plan.stages.map(({ id }) => id).join(', ')} or done.`,
    { usage: true },
  );
}
