import { writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { coverageOf, type Reachable, type TriedFlag, tryFlags, untestedRollouts } from '@guidon/engine/load';
import type { Finding } from '@guidon/engine/model';
import { chooseFiles } from '../checkout/choose-files.js';
import { readFlagsFolder } from '../checkout/read-flags-folder.js';
import { CliError } from '../cli-error.js';
import type { CommandSetup } from '../command-setup.js';
import { examplesFor } from '../examples-for.js';
import type { Io } from '../io.js';
import { describeFinding } from '../output/findings/describe-findings.js';
import { junitXml } from '../output/junit.js';
import { paintFor, printable } from '../output/paint.js';
import { printCoverage, printFlag } from '../output/print-trial.js';
import { count } from '../output/table.js';
import { watchAndRun } from './watch-and-run.js';

interface TestOptions {
  readonly coverage?: true;
  readonly coverageMin?: string;
  readonly junit?: string;
  readonly watch?: true;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  guidon test                        every <key>.test.yaml of the flags folder
  guidon test flags/checkout         or of one folder, or a single flag or test file
  guidon test --coverage             and name the rules, variants and environments that no case reached
  guidon test --coverage-min 80      and fail below that share of them
  guidon test --junit report.xml     for CI, besides what is printed
  guidon test --watch                again whenever a file changes; q ends it

It runs on the files of the checkout, as they would be served, and calls no server.
`;

export function addTest({ program, io, finish }: CommandSetup): void {
  program
    .command('test [paths...]')
    .description('run the tests beside the flags, and say what they leave untested')
    .option('--coverage', 'list the rules, variants and environments that no case reached')
    .option('--coverage-min <percent>', 'fail where the cases reach a smaller share of them')
    .option('--junit <file>', 'write the outcome as JUnit XML, too')
    .option('--watch', 'run again whenever a file of the folder changes')
    .option('--json', 'print the outcome as JSON')
    .addHelpText('after', examplesFor(io, EXAMPLES))
    .action(async (paths: readonly string[], options: TestOptions) => {
      const run = () => test(paths, options, io);
      if (options.watch === true && options.json === true)
        throw new CliError('--watch prints for a person; leave --json out.', { usage: true });
      finish(options.watch === true ? await watchAndRun(chooseFiles(io, paths).folder, run, io) : run());
    });
}

interface Report {
  readonly folder: string;
  readonly tried: readonly TriedFlag[];
  /** Of the project and of segments. */
  readonly findings: readonly Finding[];
  readonly coverage: readonly { readonly key: string; readonly parts: readonly Reachable[] }[];
  /** By flag, the environments with a rollout in which no case sees the safe variant. */
  readonly unsafe: readonly { readonly key: string; readonly environments: readonly string[] }[];
}

function test(paths: readonly string[], options: TestOptions, io: Io): 0 | 1 {
  const least = leastCoverage(options.coverageMin);
  const { folder, has } = chooseFiles(io, paths);
  const trial = tryFlags(readFlagsFolder(folder), io.now());
  const tried = trial.flags.filter(
    ({ path, testPath }) => has(path) || (testPath !== undefined && has(testPath)),
  );
  const report: Report = {
    ...{ folder, tried, findings: trial.findings },
    coverage: tried
      .map((one) => ({ key: one.key, parts: coverageOf(one) }))
      .filter(({ parts }) => parts.length > 0),
    unsafe: tried.flatMap(({ key, flag, outcomes }) => {
      const environments =
        flag === undefined
          ? []
          : untestedRollouts(
              flag,
              outcomes.map(({ test: one }) => one),
            );
      return environments.length === 0 ? [] : [{ key, environments }];
    }),
  };
  if (options.junit !== undefined) writeReport(resolve(io.cwd, options.junit), junitXml(tried));
  if (options.json === true) printJson(report, io);
  else print(report, { ...options, least }, io);
  const failed = tried.some(
    ({ outcomes, findings }) => findings.length > 0 || outcomes.some(({ passed }) => !passed),
  );
  const isLow = least !== undefined && shareOf(report) < least;
  return failed || report.findings.length > 0 || isLow ? 1 : 0;
}

function leastCoverage(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const least = /^\d{1,3}(\.\d+)?$/.test(given) ? Number(given) : Number.NaN;
  if (least <= 100) return least;
  throw new CliError(`--coverage-min wants a percentage from 0 to 100, not ${given}.`, { usage: true });
}

/** Of everything that a case could reach, the percentage that some case did. */
function shareOf({ coverage }: Report): number {
  const parts = coverage.flatMap((one) => one.parts);
  return parts.length === 0 ? 100 : (100 * parts.filter(({ reached }) => reached).length) / parts.length;
}

function writeReport(path: string, xml: string): void {
  try {
    writeFileSync(path, xml);
  } catch (error) {
    throw new CliError(`The report ${path} cannot be written: ${(error as Error).message}`);
  }
}

function printJson(report: Report, io: Io): void {
  const { folder, tried, findings, coverage, unsafe } = report;
  const flags = tried.map(({ key, path, testPath, outcomes, findings: own }) => ({
    ...{ flag: key, path, testPath, findings: own },
    cases: outcomes.map(({ test: { name, line, stage }, environment, expected, answer, passed }) => {
      const { variant, reason, ruleId, errorCode } = answer;
      return {
        name,
        line,
        stage,
        environment,
        passed,
        expected,
        got: { variant, rule: ruleId, reason, errorCode },
      };
    }),
    coverage: coverage.find((one) => one.key === key)?.parts ?? [],
  }));
  const document = { folder, findings, flags, coveragePercent: shareOf(report), rolloutsUntested: unsafe };
  io.out(`${JSON.stringify(document, null, 2)}\n`);
}

function print(report: Report, options: TestOptions & { least: number | undefined }, io: Io): void {
  const { folder, tried, findings, coverage, unsafe } = report;
  const paint = paintFor(io.colours);
  const prefix = relative(io.cwd, folder);
  for (const finding of findings) io.out(describeFinding(finding, prefix, paint));
  for (const one of tried) if (one.outcomes.length > 0 || one.findings.length > 0) printFlag(one, prefix, io);
  if (options.coverage === true) printCoverage(coverage, io);
  for (const { key, environments } of unsafe) {
    const where = environments.join(', ');
    io.out(
      `${paint.yellow('warning')} ${printable(key)} has a rollout, and no case expects its safe variant in ${where}.\n`,
    );
  }
  const outcomes = tried.flatMap((one) =>
    one.outcomes.map(({ passed, index }) => ({ passed, id: `${one.key} ${index}` })),
  );
  const cases = new Set(outcomes.map(({ id }) => id)).size;
  const failed = new Set(outcomes.filter(({ passed }) => !passed).map(({ id }) => id)).size;
  const tested = tried.filter((one) => one.outcomes.length > 0).length;
  const share = `; ${shareOf(report).toFixed(1)} % reached${options.least === undefined ? '' : `, ${options.least} % wanted`}`;
  const figure = options.coverage === true || options.least !== undefined ? share : '';
  const verdict = failed === 0 ? paint.green('All passed') : paint.red(`${failed} failed`);
  const left = tried.length - tested;
  io.out(
    `${verdict}: ${count(cases, 'case')} of ${count(tested, 'flag')}${figure}${left === 0 ? '' : `; ${count(left, 'flag')} without tests`}.\n`,
  );
}
