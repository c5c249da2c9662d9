// Everything that the demo starts: processes, each ended by its own id, and one temporary folder. Nothing outlives it.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ENDS_WITHIN_MS = 5_000;
const LINES_TOLD = 20;

export async function createChildren() {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'guidon-demo-')));
  const running = new Map();
  let isEnding = false;
  let fail;
  /** Rejects as soon as something that should run on has ended. */
  const broken = new Promise((_, reject) => {
    fail = reject;
  });
  broken.catch(() => undefined);

  /** Starts a process that runs until the end of the demo; what it prints goes to a file that is told of if it dies. */
  function start(name, args, env) {
    const path = join(folder, `${name}.log`);
    const log = createWriteStream(path);
    const child = spawn(process.execPath, args, {
      env: { PATH: process.env.PATH, HOME: folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    keep(child, name, async (code) => {
      if (isEnding) return;
      const text = await readFile(path, 'utf8').catch(() => '');
      const last = text.trimEnd().split('\n').slice(-LINES_TOLD).join('\n');
      fail(new Error(`${name} ended with ${code}; it printed:\n${last}`));
    });
    return child.pid;
  }

  /** Runs a command to its end; resolves to its exit code and what it printed, unless it is shown as it comes. */
  function runToEnd(name, args, { env, shown = false, onLine } = {}) {
    return new Promise((resolve, reject) => {
      const stdio = shown ? 'inherit' : ['ignore', 'pipe', 'pipe'];
      const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio });
      let text = '';
      let rest = '';
      child.stdout?.on('data', (bytes) => {
        text += bytes;
        rest += bytes;
        const lines = rest.split('\n');
        rest = lines.pop();
        for (const line of lines) onLine?.(line);
      });
      child.stderr?.on('data', (bytes) => {
        text += bytes;
      });
      child.once('error', reject);
      keep(child, name, (code) => resolve({ code, text }));
    });
  }

  function keep(child, name, ended) {
    const gone = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        running.delete(child.pid);
        resolve();
        void ended(code ?? signal);
      });
    });
    running.set(child.pid, { child, name, gone });
  }

  /** Ends what was started, by its id, and takes the folder away; harmless a second time. */
  async function end() {
    isEnding = true;
    const all = [...running.values()];
    for (const { child } of all) child.kill('SIGTERM');
    const hurry = setTimeout(() => {
      for (const { child } of running.values()) child.kill('SIGKILL');
    }, ENDS_WITHIN_MS);
    await Promise.all(all.map(({ gone }) => gone));
    clearTimeout(hurry);
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }

  return { folder, start, runToEnd, end, broken };
}

/** Chosen by the system. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
