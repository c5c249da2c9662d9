import { createInterface } from 'node:readline';
import { ulid } from 'ulid';
import { commandOf } from './command-of.js';
import type { Io } from './io.js';
import { openInBrowser } from './open-in-browser.js';
import { watchFolder } from './watch-folder.js';

/** The process, its terminal and its network. */
export function realIo(): Io {
  const { stdin, stdout, stderr, env } = process;
  return {
    command: commandOf({ script: process.argv[1] ?? '', cwd: process.cwd(), env }),
    args: process.argv.slice(2),
    env,
    cwd: process.cwd(),
    interactive: stdin.isTTY === true && stderr.isTTY === true,
    colours: stdout.isTTY === true && env.NO_COLOR === undefined && env.TERM !== 'dumb',
    screen: () =>
      stdout.isTTY === true && env.TERM !== 'dumb'
        ? { columns: stdout.columns ?? 80, rows: stdout.rows ?? 24 }
        : undefined,
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    ask: (question) =>
      new Promise((resolve) => {
        // On stderr, so that `--json > file` stays clean.
        const terminal = createInterface({ input: stdin, output: stderr });
        // Ctrl-D ends the input without an answer; that counts as an empty one.
        terminal.once('close', () => resolve(''));
        terminal.question(question, (answer) => {
          resolve(answer);
          terminal.close();
        });
      }),
    fetch: (input, init) => globalThis.fetch(input, init),
    open: openInBrowser,
    now: () => Date.now(),
    newId: () => ulid(),
    watch: (folder) => {
      const isTerminal = stdin.isTTY === true;
      const watch = watchFolder(folder, isTerminal ? stdin : undefined);
      // Raw, so that one key is enough; Ctrl-C arrives as a key then.
      if (isTerminal) stdin.setRawMode(true).resume();
      const close = () => {
        if (isTerminal) stdin.setRawMode(false).pause();
        watch.close();
      };
      return { ...watch, close };
    },
    pause: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
  };
}
