import { parentPort } from 'node:worker_threads';
import { LoadSession } from './load-session.js';
import type { ThreadAnswer, ThreadCall } from './thread-protocol.js';

/** The loading thread: a session behind a message port. Seconds of parsing here cost the serving thread nothing. */
const session = new LoadSession();

parentPort?.on('message', ({ id, method, args }: ThreadCall) => {
  parentPort?.postMessage(
    answer(id, () => (session[method] as (...args: readonly unknown[]) => unknown).apply(session, [...args])),
  );
});

function answer(id: number, work: () => unknown): ThreadAnswer {
  try {
    return { id, result: work() };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
