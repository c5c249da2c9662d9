import { compile } from '@guidon/engine/compile';
import { evaluate } from '@guidon/engine/evaluate';
import { load, positionAt } from '@guidon/engine/load';
import type { Evaluation, Finding, Flag, Position, Snapshot } from '@guidon/engine/model';
import { resolve } from '@guidon/engine/resolve';
import { findFlagsFolder } from '../checkout/find-flags-folder.js';
import { readFlagsFolder } from '../checkout/read-flags-folder.js';
import { CliError } from '../cli-error.js';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { describeFinding } from '../output/findings/describe-findings.js';
import { paintFor, printable } from '../output/paint.js';
import { formatTable } from '../output/table.js';
import { readContext, undeclaredAttributes } from './read-context.js';
import { readInstant } from './read-instant.js';

interface EvalOptions {
  readonly env?: string;
  readonly context?: string;
  readonly stage?: string;
  readonly now?: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  guidon eval new-checkout --env production --context '{"accountId": "acct-1", "store.country": "NO"}'
  guidon eval new-checkout --env production --stage quarter --context @someone.json
  guidon eval gift-wrapping --env production --now 2026-12-05T10:00:00+01:00

It reads the files of the checkout, committed or not, and calls no server; kills are not known here.
`;

export function addEval({ program, io, finish }: CommandSetup): void {
  program
    .command('eval <flag> [dir]')
    .description('evaluate one flag on the files of the checkout, offline')
    .option('--env <environment>', 'where (default: the first that guidon.yaml lists)')
    .option('--context <json>', 'who asks: JSON, or @file')
    .option('--stage <stage>', 'as if the rollout had reached this stage, or done')
    .option('--now <instant>', 'as if it were this time')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action((key: string, dir: string | undefined, options: EvalOptions) =>
      finish(evaluateOffline(key, dir, { options, io })),
    );
}

function evaluateOffline(
  key: string,
  dir: string | undefined,
  { options, io }: { options: EvalOptions; io: Io },
): 0 | 1 {
  const nowMs = options.now === undefined ? io.now() : readInstant(options.now, '--now');
  const context = readContext(options.context, io.cwd);
  const folder = findFlagsFolder(io, dir);
  const { snapshot, findings } = load({ files: readFlagsFolder(folder), nowMs: io.now() });
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (snapshot === undefined) throw unusable(folder, errors);
  const environment = options.env ?? (snapshot.project.environments[0]?.id as string);
  if (!snapshot.project.environments.some(({ id }) => id === environment)) {
    const names = snapshot.project.environments.map(({ id }) => id).join(', ');
    throw new CliError(`There is no environment ${environment}; choose ${names}.`, { usage: true });
  }
  const flag = flagOf(snapshot, key, { folder, errors, command: io.command });
  for (const name of undeclaredAttributes(context, snapshot.project)) {
    io.err(`guidon: warning: ${whyUnread(name)}\n`);
  }
  const positions = positionsFor(flag, environment, options.stage);
  const ruleset = resolve(snapshot, positions, environment, 'checkout');
  const view = compile(ruleset, { generation: 0, killed: new Set() });
  print({ key, environment, answer: evaluate(view, key, context, nowMs) }, options, io);
  return 0;
}

function whyUnread(name: string): string {
  if (name === 'now') return 'now is built in; use --now to set it.';
  return `guidon.yaml declares no attribute ${printable(name)}, so no flag reads it.`;
}

/** A file with an error would be frozen on a server, so there is no honest answer for it here. */
function flagOf(
  snapshot: Snapshot,
  key: string,
  { folder, errors, command }: { folder: string; errors: readonly Finding[]; command: string },
): Flag {
  const flag = snapshot.flags.get(key);
  if (flag !== undefined) return flag;
  const own = errors.filter(({ path }) => /([^/]+?)(\.test)?\.yaml$/.exec(path)?.[1] === key);
  if (own.length === 0) throw new CliError(`There is no flag ${key} in ${folder}.`, { usage: true });
  throw new CliError(`The file of ${key} has errors; mend them first (${command} lint tells more).`, {
    code: 'flag-refused',
    details: own.map(({ path, line, column, sentence }) => `${path}:${line}:${column} ${sentence}`),
  });
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

function print(
  { key, environment, answer }: { key: string; environment: string; answer: Evaluation },
  options: EvalOptions,
  io: Io,
): void {
  const { value, variant, reason, ruleId, errorCode } = answer;
  if (options.json === true) {
    const document = { flag: key, environment, value, variant, reason, ruleId, errorCode };
    io.out(`${JSON.stringify(document, null, 2)}\n`);
    return;
  }
  const paint = paintFor(io.colours);
  const rows = [
    ['value', JSON.stringify(value)],
    ['reason', reason],
    ...(ruleId === undefined ? [] : [['rule', ruleId]]),
    ...(errorCode === undefined ? [] : [['error', errorCode]]),
  ];
  io.out(`${paint.bold(`${key} in ${environment}`)}: ${variant ?? 'no variant'}\n`);
  io.out(formatTable(['', ''], rows).split('\n').slice(1).join('\n'));
}
