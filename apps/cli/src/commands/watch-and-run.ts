import type { ExitCode } from '../cli-error.js';
import { CliError } from '../cli-error.js';
import type { Io } from '../io.js';
import { printable } from '../output/paint.js';

/** An editor saves in several steps, and Git writes many files: one run for all of them. */
const SETTLE_MS = 150;

/** Runs at once and again after every change, until the person ends it; the last run's code is the answer. */
export async function watchAndRun(folder: string, run: () => ExitCode, io: Io): Promise<ExitCode> {
  const watch = io.watch(folder);
  try {
    for (;;) {
      const exitCode = attempt(run, io);
      io.err('Waiting for changes; q ends it.\n');
      if ((await watch.next()) === 'end') return exitCode;
      await io.pause(SETTLE_MS);
      watch.forget();
      io.out('\n');
    }
  } finally {
    watch.close();
  }
}

/** A file that is half written, or a folder that is gone for a moment, ends no watching. */
function attempt(run: () => ExitCode, io: Io): ExitCode {
  try {
    return run();
  } catch (error) {
    const failure = error instanceof CliError ? error.message : String(error);
    io.err(`guidon: ${printable(failure)}\n`);
    return error instanceof CliError ? error.exitCode : 1;
  }
}
