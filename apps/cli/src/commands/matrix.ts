import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Snapshot } from '@guidon/engine/model';
import { Option } from 'commander';
import { environmentOf, readCheckoutFlags } from '../checkout/checkout-flag.js';
import { CliError } from '../cli-error.js';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { bootstrapOf } from '../matrix/bootstrap-of.js';
import { describeMatrix, jobsOf, plainMatrix } from '../matrix/matrix-documents.js';
import { matrixFlags } from '../matrix/matrix-flag.js';
import { MATRIX_PLANS, type Matrix, type MatrixPlan, planRuns } from '../matrix/plan-runs.js';
import { readFlagNames } from '../matrix/read-flag-names.js';
import { paintFor, printable } from '../output/paint.js';

interface MatrixOptions {
  readonly flags?: string;
  readonly file?: string;
  readonly dir?: string;
  readonly environment?: string;
  readonly plans: string;
  readonly out?: string;
  readonly format?: 'text' | 'json' | 'github';
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  guidon matrix new-checkout payments-v2          these flags; without any, all that are not archived
  guidon matrix --file flags-used.txt             one key on each line, or a JSON list
  guidon matrix --flags a,b --plans all-safe,all-on
  guidon matrix --flags a,b --format github --out matrix   one job for each run, each with a file for the SDK

The runs: all-safe has every flag at its safe variant, all-on at what its environment is heading for, each-off one flag
at safe with the others on, pairwise every two variants of two flags together at least once. What requires forbids is
left out, and said. In GitHub Actions, in a step:

  echo "matrix=$(npx guidon matrix --format github --out matrix)" >> "$GITHUB_OUTPUT"

and in the job, strategy: { matrix: "\${{ fromJSON(needs.plan.outputs.matrix) }}" }. With --out each run has a file: what the
application gives the SDK as its bootstrap, JSON.parse(readFileSync(process.env.GUIDON_BOOTSTRAP)).
`;

export function addMatrix({ program, io, finish }: CommandSetup): void {
  program
    .command('matrix [flags...]')
    .description("plan the runs of an application's tests in the states of its flags")
    .option('--flags <keys>', 'flags, with commas')
    .option('--file <file>', 'a file that lists flags')
    .option('--dir <dir>', 'the flags folder (default: that of this checkout)')
    .option(
      '--env, --environment <environment>',
      'of the other flags, and for what "on" means (default: the first)',
    )
    .option('--plans <plans>', 'which runs, with commas', MATRIX_PLANS.join(','))
    .option('--out <folder>', 'write a bootstrap file for each run there')
    .addOption(new Option('--format <format>', 'how to print the runs').choices(['text', 'json', 'github']))
    .option('--json', 'the same as --format json')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action((named: string[], options: MatrixOptions) => {
      printMatrix(named, options, io);
      finish(0);
    });
}

function printMatrix(named: readonly string[], options: MatrixOptions, io: Io): void {
  const plans = plansOf(options.plans);
  const { snapshot } = readCheckoutFlags(io, options.dir);
  const environment = environmentOf(snapshot, options.environment);
  const keys = readFlagNames({ arguments: named, list: options.flags, file: options.file }, snapshot, io.cwd);
  const flags = matrixFlags(snapshot, keys, environment);
  const matrix = planRuns(flags, plans);
  const files = writeBootstraps(snapshot, matrix, { environment, out: options.out, cwd: io.cwd });
  const format = options.json === true ? 'json' : (options.format ?? 'text');
  const plan = { environment, flags, matrix, files, snapshot };
  if (format === 'json') io.out(`${JSON.stringify(plainMatrix(plan), null, 2)}\n`);
  else if (format === 'github') {
    io.out(`${JSON.stringify(jobsOf(plan))}\n`);
    // Not into the job's matrix, but where a person sees it.
    for (const sentence of matrix.left) io.err(`guidon: ${printable(sentence)}\n`);
  } else io.out(describeMatrix(plan, paintFor(io.colours)));
}

function plansOf(text: string): readonly MatrixPlan[] {
  const plans = text.split(',').map((plan) => plan.trim());
  const unknown = plans.filter((plan) => !(MATRIX_PLANS as readonly string[]).includes(plan));
  if (unknown.length > 0)
    throw new CliError(`There is no plan ${unknown.join(', ')}; choose of ${MATRIX_PLANS.join(', ')}.`, {
      usage: true,
    });
  return MATRIX_PLANS.filter((plan) => plans.includes(plan));
}

/** Paths as they were asked for, since the jobs that read them run elsewhere. */
function writeBootstraps(
  snapshot: Snapshot,
  { runs }: Matrix,
  { environment, out, cwd }: { environment: string; out: string | undefined; cwd: string },
): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  if (out === undefined) return files;
  mkdirSync(resolve(cwd, out), { recursive: true });
  for (const { name, variants } of runs) {
    const document = bootstrapOf(snapshot, { environment, variants, name });
    const path = join(out, `${name}.json`);
    writeFileSync(resolve(cwd, path), `${JSON.stringify(document)}\n`);
    files.set(name, path.replaceAll('\\', '/'));
  }
  return files;
}
