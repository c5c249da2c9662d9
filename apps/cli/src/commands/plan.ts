import { relative, resolve, sep } from 'node:path';
import type { EvaluationContext, Project } from '@guidon/engine/model';
import { findFlagsFolder } from '../checkout/find-flags-folder.js';
import { missingPast } from '../checkout/missing-past.js';
import { CliError } from '../cli-error.js';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { paintFor } from '../output/paint.js';
import { estimateFromUsage } from '../plan/estimate.js';
import { findBack } from '../plan/find-back.js';
import { loadRevisions, type Revisions } from '../plan/load-revisions.js';
import { makePlan, type PlanInput } from '../plan/make-plan.js';
import { markdownPlan } from '../plan/markdown-plan.js';
import { countUsers, measureContexts } from '../plan/measure.js';
import { postComment } from '../plan/post-comment.js';
import { printPlan } from '../plan/print-plan.js';
import { readContexts } from '../plan/read-contexts.js';
import { readUsage } from '../plan/read-usage.js';
import { undeclaredAttributes } from './read-context.js';
import { readInstant } from './read-instant.js';

interface PlanOptions {
  readonly dir?: string;
  readonly env?: string[];
  readonly contexts?: string;
  readonly from?: string | true;
  readonly sample?: string;
  readonly now?: string;
  readonly json?: true;
  readonly markdown?: true;
  readonly comment?: true;
}

const EXAMPLES = `
Examples:
  guidon plan                       what this branch changes for whom
  guidon plan origin/main           since it left that branch; a commit serves too
  guidon plan --contexts users.jsonl
                                    how many of these users would get something else
  guidon plan --from https://flags.acme.example
                                    which share of evaluations would be answered otherwise
  guidon plan --markdown            for a pull request; --comment puts it there (in CI)
  guidon plan --json                for programs: docs/plan.md describes the shape

It reads the files of the checkout, committed or not, and calls no server but that of --from. It answers 1 when something stands in the way:
an error in a file, a freeze, or an exposure that grows by more than limits.jumpPoints outside a rollout.
`;

export function addPlan({ program, io, finish }: CommandSetup): void {
  program
    .command('plan [base]')
    .description('say what a change does to whom, flag by flag, and whether anything stands in its way')
    .option('--dir <dir>', 'the flags folder (default: found from here upward)')
    .option('--env <name...>', 'tell of these environments only (what stands in the way is told of all)')
    .option(
      '--contexts <file>',
      'replay these through both revisions: one JSON object a line, or a JSON array',
    )
    .option(
      '--from [server]',
      'estimate from the counts of a server: its address, or GUIDON_URL; with GUIDON_KEY',
    )
    .option('--sample <count>', 'replay a random choice of so many contexts')
    .option('--now <instant>', 'as if it were merged at this time')
    .option('--json', 'print the plan as JSON')
    .option('--markdown', 'print the plan for a pull request')
    .option('--comment', 'in CI: put the plan under the pull request, in place of the one before')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action(async (base: string | undefined, options: PlanOptions) => finish(await plan(base, options, io)));
}

async function plan(base: string | undefined, options: PlanOptions, io: Io): Promise<0 | 1> {
  if (options.json === true && options.markdown === true)
    throw new CliError('--json and --markdown exclude each other.', { usage: true });
  const sample = sampleSize(options);
  const nowMs = options.now === undefined ? io.now() : readInstant(options.now, '--now');
  const folder = findFlagsFolder(io, options.dir);
  const revisions = await loadRevisions(folder, base, nowMs);
  const prefix = relative(io.cwd, folder).split(sep).join('/');
  const input: PlanInput = { revisions, nowMs, prefix };
  const document = makePlan({
    ...input,
    ...environmentsOf(revisions, options),
    ...(await measuredOf(input, sample, { options, io })),
    ...(await estimatedOf(revisions, options, io)),
    ...(options.contexts === undefined && options.from === undefined
      ? {}
      : { back: await findBack(revisions, nowMs) }),
  });
  const missing = await missingPast(folder);
  const note = missing === undefined ? '' : `${missing.sentence} ${missing.fix}`;
  const markdown = () => `${markdownPlan(document)}${note === '' ? '' : `\n⚠️ ${note}\n`}`;
  const paint = paintFor(io.colours);
  if (options.json === true) {
    const past = missing === undefined ? {} : { missingPast: missing };
    io.out(`${JSON.stringify({ ...document, ...past }, null, 2)}\n`);
  } else if (options.markdown === true) io.out(markdown());
  else io.out(`${printPlan(document, paint)}${note === '' ? '' : `${paint.yellow(note)}\n`}`);
  // Last, so that a host which refuses the comment takes nothing from who reads the log.
  if (options.comment === true) io.err(`${await postComment(io, markdown())}\n`);
  return document.verdict === 'fine' ? 0 : 1;
}

function sampleSize({ sample, contexts }: PlanOptions): number | undefined {
  if (sample === undefined) return undefined;
  if (contexts === undefined) throw new CliError('--sample goes with --contexts.', { usage: true });
  if (/^[1-9]\d{0,6}$/.test(sample)) return Number(sample);
  throw new CliError(`--sample wants a number of contexts of at least 1, not ${sample}.`, { usage: true });
}

function environmentsOf(revisions: Revisions, { env }: PlanOptions): { environments?: readonly string[] } {
  if (env === undefined || revisions.wanted === undefined) return {};
  const known = namesOf(revisions);
  const strange = env.find((name) => !known.includes(name));
  if (strange === undefined) return { environments: env };
  throw new CliError(`There is no environment ${strange}; choose ${known.join(', ')}.`, { usage: true });
}

function namesOf({ before, wanted }: Revisions): string[] {
  const projects = [before.project, ...(wanted === undefined ? [] : [wanted.project])];
  return [...new Set(projects.flatMap(({ environments }) => environments.map(({ id }) => id)))];
}

async function measuredOf(
  { revisions, nowMs }: PlanInput,
  sample: number | undefined,
  { options, io }: { readonly options: PlanOptions; readonly io: Io },
): Promise<Partial<PlanInput>> {
  const file = options.contexts;
  if (file === undefined) return {};
  const { contexts, read } = await readContexts(resolve(io.cwd, file), file, { sample });
  const { before, wanted } = revisions;
  if (wanted === undefined) return {};
  const environments = namesOf(revisions);
  const users = countUsers(contexts);
  const notes = notesOn(contexts, wanted.project);
  const replayed = contexts.length;
  return {
    measured: measureContexts({ before, after: wanted }, { environments, contexts, nowMs }),
    sample: { contexts, users },
    contexts: { file, read, replayed, users, interval: 'wilson-95', notes },
  };
}

async function estimatedOf(revisions: Revisions, { from }: PlanOptions, io: Io): Promise<Partial<PlanInput>> {
  const { before, wanted } = revisions;
  if (from === undefined) return {};
  const answer = await readUsage(io, from);
  return wanted === undefined ? {} : estimateFromUsage({ before, after: wanted }, answer, namesOf(revisions));
}

/** A misspelled attribute would make every condition on it false, and the measurement wrong without a word. */
function notesOn(contexts: readonly EvaluationContext[], project: Project): string[] {
  const strange = new Set(contexts.slice(0, 1_000).flatMap((one) => undeclaredAttributes(one, project)));
  const seen = new Set(contexts.flatMap((one) => Object.keys(one)));
  const nameless = seen.has('targetingKey')
    ? []
    : ['No context has a targetingKey, so each counts as a user.'];
  if (strange.size === 0) return nameless;
  const names = [...strange].slice(0, 5).join(', ');
  return [...nameless, `The contexts hold what guidon.yaml does not declare and no flag reads: ${names}.`];
}
