// One jest project in a process of its own, with its totals read from the report that jest writes.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runNode } from './steps.mjs';

/**
 * Returns `{ passed, failed, skipped, suites, code }`; a suite that could not even be loaded counts as one failure.
 */
export async function runJest(project, args, { env = {} } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'guidon-jest-'));
  const report = join(folder, 'report.json');
  try {
    const code = await runNode(
      [
        '--experimental-vm-modules',
        // Jest needs that flag; the warning that it is experimental would be printed once for every worker.
        '--disable-warning=ExperimentalWarning',
        join('node_modules', 'jest', 'bin', 'jest.js'),
        '--selectProjects',
        project,
        '--passWithNoTests',
        '--json',
        `--outputFile=${report}`,
        ...(args.some((arg) => /^(-i|-w|--runInBand|--maxWorkers)/.test(arg)) ? [] : ['--maxWorkers=2']),
        ...args,
      ],
      { env },
    );
    return { ...readTotals(report), code };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readTotals(report) {
  try {
    const totals = JSON.parse(readFileSync(report, 'utf8'));
    return {
      passed: totals.numPassedTests,
      failed: totals.numFailedTests + totals.numRuntimeErrorTestSuites,
      skipped: totals.numPendingTests + totals.numTodoTests,
      suites: totals.numTotalTestSuites,
    };
  } catch {
    // Jest ended before it could write a report: told by its exit code.
    return { passed: 0, failed: 1, skipped: 0, suites: 0 };
  }
}
