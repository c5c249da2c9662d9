// Runs the steps of a command one after the other and says how long each took.
import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** `65432` → `1 min 5.4 s`. */
export function inWords(durationMs) {
  const seconds = durationMs / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${(seconds % 60).toFixed(1)} s`;
}

/** A list of named durations that prints itself at the end. */
export function stopwatch() {
  const began = performance.now();
  const parts = [];
  return {
    async time(name, work) {
      const start = performance.now();
      try {
        return await work();
      } finally {
        parts.push([name, performance.now() - start]);
      }
    },
    elapsedMs: () => performance.now() - began,
    summary: () =>
      [
        ...parts.map(([name, ms]) => `${name} ${inWords(ms)}`),
        `in all ${inWords(performance.now() - began)}`,
      ].join(', '),
  };
}

/** Runs a Node script in the checkout with its output shown; resolves to its exit code (1 when a signal ended it). */
export function runNode(args, { env = {}, quiet = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: quiet ? 'ignore' : 'inherit',
    });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/**
 * Shows that something slow is still at work: on a terminal one line that counts the seconds, elsewhere a line every ten
 * seconds. Returns a function that ends it.
 */
export function showProgress(what) {
  const start = performance.now();
  const onTerminal = process.stdout.isTTY === true;
  console.log(`${what} …`);
  const timer = setInterval(
    () => {
      const line = `  … ${Math.round((performance.now() - start) / 1000)} s`;
      process.stdout.write(onTerminal ? `\r${line}` : `${line}\n`);
    },
    onTerminal ? 1_000 : 10_000,
  );
  return () => {
    clearInterval(timer);
    if (onTerminal) process.stdout.write('\r');
    console.log(`${what}: done in ${inWords(performance.now() - start)}.`);
  };
}
