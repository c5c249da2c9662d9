import { realIo } from './real-io.js';
import { runCli } from './run-cli.js';

// A reader that leaves early (`guidon status | head`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

// The exit code is set and not forced, so that what was written reaches a slow pipe.
process.exitCode = await runCli(realIo());
