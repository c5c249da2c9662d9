import type { Command } from 'commander';
import type { ExitCode } from './cli-error.js';
import type { Io } from './io.js';

/** What a command file needs to add itself: the program, the world outside, and where its exit code goes. */
export interface CommandSetup {
  readonly program: Command;
  readonly io: Io;
  finish(exitCode: ExitCode): void;
}
