import { isMainThread } from 'node:worker_threads';

/** Told, once and before it returns, how this process ends. */
export type Ending = (how: 'well' | 'badly') => void;

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
/** Exit codes above this say that a signal was obeyed. */
const OBEYED = 128;

const endings = new Set<Ending>();
const listening = new Set<NodeJS.Signals>();

/** Listens for the end of the process. Returns what ends that; when nobody listens any more, nothing is left behind. */
export function onProcessEnd(ending: Ending): () => void {
  if (endings.size === 0) {
    process.on('exit', onExit);
    process.on('beforeExit', onBeforeExit);
    process.on('newListener', onAdded);
    process.on('removeListener', onRemoved);
  }
  endings.add(ending);
  return () => {
    if (!endings.delete(ending) || endings.size > 0) return;
    process.off('newListener', onAdded);
    process.off('removeListener', onRemoved);
    process.off('exit', onExit);
    process.off('beforeExit', onBeforeExit);
    for (const signal of SIGNALS) ignore(signal);
  };
}

/**
 * Whether each signal that asks a process to end is heard by the application. Only then do we listen too, before the
 * others, and go away before they are called: a signal that nobody listens for ends a process at once, even one whose loop
 * hangs, and it must go on doing so. Where a signal cannot be heard, an end without a word may be one.
 */
export function areSignalsHeard(): boolean {
  if (!isMainThread) return false;
  for (const signal of SIGNALS) {
    if (!isHeardByOthers(signal)) ignore(signal);
    else if (!listening.has(signal)) {
      listening.add(signal);
      process.prependListener(signal, onSignal);
    }
  }
  return SIGNALS.every((signal) => listening.has(signal));
}

function isHeardByOthers(signal: NodeJS.Signals): boolean {
  return process.listeners(signal).some((listener) => listener !== onSignal);
}

function ignore(signal: NodeJS.Signals): void {
  if (listening.delete(signal)) process.off(signal, onSignal);
}

function onSignal(): void {
  // Libraries that count the listeners to find out whether they are alone must not see us.
  for (const signal of SIGNALS) ignore(signal);
  tell('well');
}

/** The application begins to listen: so do we, once it does. What it exits with on a signal is its own affair. */
function onAdded(event: string | symbol, listener: unknown): void {
  if (listener === onSignal || !SIGNALS.some((signal) => signal === event)) return;
  queueMicrotask(() => {
    if (endings.size > 0) areSignalsHeard();
  });
}

/** The application listens no more: then neither do we, in the same moment. */
function onRemoved(event: string | symbol): void {
  const signal = SIGNALS.find((one) => one === event);
  if (signal !== undefined && listening.has(signal) && !isHeardByOthers(signal)) ignore(signal);
}

function onExit(code: number): void {
  tell(code === 0 || code > OBEYED ? 'well' : 'badly');
}

function onBeforeExit(): void {
  tell('well');
}

function tell(how: 'well' | 'badly'): void {
  for (const ending of [...endings]) ending(how);
}
