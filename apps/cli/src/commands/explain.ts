import { type Explanation, explain } from '@guidon/engine/explain';
import {
  environmentOf,
  flagOf,
  readCheckoutFlags,
  rulesetAt,
  warnOfUndeclared,
} from '../checkout/checkout-flag.js';
import { CliError } from '../cli-error.js';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { describeExplanation } from '../output/describe-explanation.js';
import { paintFor } from '../output/paint.js';
import { createServerClient } from '../server/server-client.js';
import { collect, readContext } from './read-context.js';
import { readInstant } from './read-instant.js';

interface ExplainOptions {
  readonly environment?: string;
  readonly context?: readonly string[];
  readonly stage?: string;
  readonly at?: string;
  readonly server?: true;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  guidon explain new-checkout --environment production --context accountId=acct-1 --context orders=60
  guidon explain new-checkout --environment production --context @someone.json --stage quarter
  guidon explain gift-wrapping --at 2026-12-05T10:00:00+01:00 --json
  guidon explain new-checkout --server --environment production --context accountId=acct-1

It shows every step of the decision: the kill, requirements, each rule with the part of its condition that failed and
what the context has there, percentages with unit, bucket and thresholds, the rollout, everyone else. The first step that
serves something decides. Without --server it reads the files of the checkout, where no kill is known and no rollout has begun;
--stage shows one as if it had.
With --server it asks GUIDON_URL what is served now, kills and rollouts included; there a value such as 7 or true in
attribute=value is a number or a boolean (write JSON where text is meant).
`;

export function addExplain({ program, io, finish }: CommandSetup): void {
  program
    .command('explain <flag> [dir]')
    .description('say step by step why somebody gets what they get')
    .option('--env, --environment <environment>', 'where (default: the first that guidon.yaml lists)')
    .option('--context <context>', 'who asks: JSON, @file, or attribute=value (again for each)', collect)
    .option('--stage <stage>', 'as if the rollout had reached this stage, or done')
    .option('--now, --at <instant>', 'as if it were this time')
    .option('--server', 'what is served now, instead of the files here')
    .option('--json', 'print the steps as JSON')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action(async (key: string, dir: string | undefined, options: ExplainOptions) => {
      const explanation =
        options.server === true
          ? await explainServed(key, dir, { options, io })
          : explainCheckout(key, dir, { options, io });
      if (options.json === true) io.out(`${JSON.stringify(explanation, null, 2)}\n`);
      else io.out(describeExplanation(explanation, paintFor(io.colours)));
      finish(0);
    });
}

interface Call {
  readonly options: ExplainOptions;
  readonly io: Io;
}

function explainCheckout(key: string, dir: string | undefined, { options, io }: Call): Explanation {
  const nowMs = options.at === undefined ? io.now() : readInstant(options.at, '--at');
  const flags = readCheckoutFlags(io, dir);
  const { snapshot } = flags;
  const context = readContext(options.context, io.cwd, snapshot.project);
  const environment = environmentOf(snapshot, options.environment);
  const flag = flagOf(flags, key, io);
  warnOfUndeclared(context, snapshot, io);
  const ruleset = rulesetAt(snapshot, flag, { environment, stage: options.stage });
  return explain(ruleset, key, { context, nowMs, killed: new Set(), snapshot });
}

async function explainServed(
  key: string,
  dir: string | undefined,
  { options, io }: Call,
): Promise<Explanation> {
  const { stage, environment, at } = options;
  if (stage !== undefined || dir !== undefined)
    throw new CliError(
      '--server knows where its rollouts stand and has its own files: leave out --stage and the folder.',
      {
        usage: true,
      },
    );
  const context = readContext(options.context, io.cwd);
  const instant = at === undefined ? undefined : new Date(readInstant(at, '--at')).toISOString();
  const answer = await createServerClient(io).post('/api/v1/flags/{key}/explain', {
    params: { key },
    body: {
      context,
      ...(environment === undefined ? {} : { environment }),
      ...(instant === undefined ? {} : { at: instant }),
    },
  });
  // JSON leaves out what is undefined.
  return answer as Explanation;
}
