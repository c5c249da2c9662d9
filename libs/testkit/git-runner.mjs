// Runs git commands for `src/git-process.ts`, one message each. A process of its own because beginning one takes the longer the
// more memory the beginner has: 1 ms here, 10 to 25 ms in a jest worker of half a gigabyte. It ends with its parent.
import { execFile } from 'node:child_process';

process.on('message', ({ id, args, options }) => {
  execFile('git', args, options, (error, stdout, stderr) => {
    process.send?.({ id, stdout, stderr, failure: error === null ? undefined : error.message });
  });
});
