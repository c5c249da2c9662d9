import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { atEndOfFile } from './end-of-file.js';

export interface SpawnOptions {
  readonly args?: readonly string[];
  readonly nodeArgs?: readonly string[];
  /** Added to a bare environment of PATH and HOME only, so that no test depends on the machine's variables. */
  readonly env?: { readonly [name: string]: string };
  readonly cwd?: string;
}

export interface SpawnedNode {
  readonly pid: number;
  /** Lines of both streams as they came, in one list. */
  readonly lines: readonly string[];
  /** Looks at lines already there first; rejects with everything printed when time runs out or the process ends. */
  waitForLine(wanted: string | RegExp | ((line: string) => boolean), timeoutMs?: number): Promise<string>;
  /** Ends the process by its id and waits until it is gone; harmless when it has ended already. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Writes a line to standard input. */
  say(line: string): void;
}

const OUTPUT_ENDS_WITHIN_MS = 2_000;

/** Starts a Node script as a child that ends with the spec file at the latest. */
export function spawnNode(script: string, options: SpawnOptions = {}): SpawnedNode {
  const child = spawn(process.execPath, [...(options.nodeArgs ?? []), script, ...(options.args ?? [])], {
    cwd: options.cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME ?? '/', ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const lines = captureLines([child.stdout, child.stderr]);
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once('error', reject);
    // `close` rather than `exit`: the last lines have been read by then.
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  // A process that it left behind may hold its output open for ever.
  child.once('exit', () => {
    const giveUp = setTimeout(() => {
      child.stdout.destroy();
      child.stderr.destroy();
    }, OUTPUT_ENDS_WITHIN_MS);
    child.once('close', () => clearTimeout(giveUp));
  });
  // A spec that never asks for the end must not die of an unhandled rejection.
  exited.catch(() => undefined);
  child.stdin.on('error', () => undefined);
  const spawned: SpawnedNode = {
    pid: child.pid ?? -1,
    lines: lines.all,
    exited,
    waitForLine: (wanted, timeoutMs = 15_000) => waitForLine({ lines, exited, script }, wanted, timeoutMs),
    kill: (signal = 'SIGKILL') => kill(child, exited, signal),
    say: (line) => void child.stdin.write(`${line}\n`),
  };
  atEndOfFile(() => spawned.kill('SIGKILL'));
  return spawned;
}

interface Capture {
  readonly all: string[];
  readonly listeners: Set<(line: string) => void>;
}

function captureLines(streams: readonly Readable[]): Capture {
  const capture: Capture = { all: [], listeners: new Set() };
  for (const stream of streams) {
    createInterface({ input: stream }).on('line', (line) => {
      capture.all.push(line);
      for (const listener of [...capture.listeners]) listener(line);
    });
  }
  return capture;
}

function matcher(wanted: string | RegExp | ((line: string) => boolean)): (line: string) => boolean {
  if (typeof wanted === 'string') return (line) => line.includes(wanted);
  return wanted instanceof RegExp ? (line) => wanted.test(line) : wanted;
}

function waitForLine(
  from: { lines: Capture; exited: SpawnedNode['exited']; script: string },
  wanted: string | RegExp | ((line: string) => boolean),
  timeoutMs: number,
): Promise<string> {
  const fits = matcher(wanted);
  const already = from.lines.all.find(fits);
  if (already !== undefined) return Promise.resolve(already);
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      from.lines.listeners.delete(listener);
    };
    const fail = (why: string): void => {
      end();
      const printed = from.lines.all.slice(-60).join('\n');
      reject(new Error(`${from.script}: ${why} before the line ${String(wanted)}; it printed:\n${printed}`));
    };
    const listener = (line: string): void => {
      if (!fits(line)) return;
      end();
      resolve(line);
    };
    const timer = setTimeout(() => fail(`${timeoutMs} ms passed`), timeoutMs);
    from.lines.listeners.add(listener);
    from.exited.then(
      ({ code, signal }) => fail(`ended with ${signal ?? code}`),
      (error: unknown) => fail(`could not be started (${String(error)})`),
    );
  });
}

async function kill(child: ChildProcess, exited: Promise<unknown>, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  await exited.catch(() => undefined);
}
