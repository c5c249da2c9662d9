import { type Reachable, type TestOutcome, type TriedFlag } from '@guidon/engine/load';
import type { Flag } from '@guidon/engine/model';
import type { Io } from '../io.js';
import { describeOutcome } from './describe-outcome.js';
import { describeFinding } from './findings/describe-findings.js';
import { paintFor, printable } from './paint.js';

/** A flag's cases by name, each with what went wrong in it. */
export function printFlag(tried: TriedFlag, prefix: string, io: Io): void {
  const paint = paintFor(io.colours);
  io.out(`${paint.bold(printable(tried.key))}\n`);
  for (const finding of tried.findings) io.out(describeFinding(finding, prefix, paint));
  for (const [first, ...more] of byCase(tried.outcomes)) {
    if (first === undefined) continue;
    const failed = [first, ...more].filter(({ passed }) => !passed);
    const name = printable(first.test.name);
    if (failed.length === 0) {
      io.out(`  ${paint.green('✓')} ${name}\n`);
      continue;
    }
    const path = prefix === '' ? tried.testPath : `${prefix}/${tried.testPath}`;
    io.out(`  ${paint.red('✗')} ${name}  ${paint.dim(`${printable(path ?? '')}:${first.test.line}`)}\n`);
    for (const outcome of failed)
      io.out(`      ${printable(describeOutcome(outcome, tried.flag as Flag))}\n`);
  }
}

function byCase(outcomes: readonly TestOutcome[]): TestOutcome[][] {
  const cases = new Map<number, TestOutcome[]>();
  for (const outcome of outcomes) {
    const known = cases.get(outcome.index);
    if (known === undefined) cases.set(outcome.index, [outcome]);
    else known.push(outcome);
  }
  return [...cases.values()];
}

/** What no case has reached, flag by flag, with the figures of each. */
export function printCoverage(
  coverage: readonly { readonly key: string; readonly parts: readonly Reachable[] }[],
  io: Io,
): void {
  const paint = paintFor(io.colours);
  io.out(`${paint.bold('Coverage')}\n`);
  for (const { key, parts } of coverage) {
    const reached = parts.filter((part) => part.reached).length;
    const figure = `${reached} of ${parts.length}`;
    io.out(
      `  ${reached === parts.length ? paint.green('✓') : paint.yellow('·')} ${printable(key)}  ${figure}\n`,
    );
    for (const part of parts.filter((one) => !one.reached)) io.out(`      no case: ${nameOf(part)}\n`);
  }
}

function nameOf({ what, name, environment }: Reachable): string {
  if (what === 'rollout') return `the rollout in ${environment}, both before it begins and at a stage`;
  return environment === undefined ? `${what} ${name}` : `${what} ${name} in ${environment}`;
}
