import { compile } from '@guidon/engine/compile';
import { evaluate } from '@guidon/engine/evaluate';
import type { Evaluation } from '@guidon/engine/model';
import {
  environmentOf,
  flagOf,
  readCheckoutFlags,
  rulesetAt,
  warnOfUndeclared,
} from '../checkout/checkout-flag.js';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { paintFor } from '../output/paint.js';
import { formatTable } from '../output/table.js';
import { collect, readContext } from './read-context.js';
import { readInstant } from './read-instant.js';

interface EvalOptions {
  readonly env?: string;
  readonly context?: readonly string[];
  readonly stage?: string;
  readonly now?: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  guidon eval new-checkout --env production --context '{"accountId": "acct-1", "store.country": "NO"}'
  guidon eval new-checkout --env production --context accountId=acct-1 --context orders=60
  guidon eval new-checkout --env production --stage quarter --context @someone.json
  guidon eval gift-wrapping --env production --now 2026-12-05T10:00:00+01:00

It reads the files of the checkout, committed or not, and calls no server; kills are not known here.
`;

export function addEval({ program, io, finish }: CommandSetup): void {
  program
    .command('eval <flag> [dir]')
    .description('evaluate one flag on the files of the checkout, offline')
    .option('--env <environment>', 'where (default: the first that guidon.yaml lists)')
    .option('--context <context>', 'who asks: JSON, @file, or attribute=value (again for each)', collect)
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
  const flags = readCheckoutFlags(io, dir);
  const { snapshot } = flags;
  const context = readContext(options.context, io.cwd, snapshot.project);
  const environment = environmentOf(snapshot, options.env);
  const flag = flagOf(flags, key, io);
  warnOfUndeclared(context, snapshot, io);
  const ruleset = rulesetAt(snapshot, flag, { environment, stage: options.stage });
  const view = compile(ruleset, { generation: 0, killed: new Set() });
  print({ key, environment, answer: evaluate(view, key, context, nowMs) }, options, io);
  return 0;
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
