import type { Watch } from './io.js';
import { watchTree } from './watch-tree.js';

/** `q`, `Q`, and what a terminal in raw mode sends for Ctrl-C and Ctrl-D. */
const ENDING: ReadonlySet<number> = new Set([113, 81, 3, 4]);

type Signal = 'change' | 'end';

/** What a person can press: the stream of a terminal in raw mode, or anything that gives keys. */
export interface Keys {
  on(event: 'data', listener: (key: Buffer) => void): unknown;
  off(event: 'data', listener: (key: Buffer) => void): unknown;
}

/** Watches a folder and all below it; `q`, Ctrl-C and Ctrl-D end it. */
export function watchFolder(folder: string, keys: Keys | undefined): Watch {
  let pending: Signal | undefined;
  let waiting: ((signal: Signal) => void) | undefined;
  const give = (signal: Signal): void => {
    // The wish to end is never forgotten for a change that came after it.
    if (pending !== 'end') pending = signal;
    waiting?.(pending);
  };
  const onKey = (key: Buffer): void => {
    if (key.some((code) => ENDING.has(code))) give('end');
  };
  // A folder that goes away is a change, too; the next run says what is wrong.
  const stop = watchTree({ folder, onChange: () => give('change') });
  keys?.on('data', onKey);
  return {
    next: () =>
      new Promise((resolve) => {
        waiting = (signal) => {
          waiting = undefined;
          pending = signal === 'end' ? 'end' : undefined;
          resolve(signal);
        };
        if (pending !== undefined) waiting(pending);
      }),
    forget: () => {
      if (pending === 'change') pending = undefined;
    },
    close: () => {
      keys?.off('data', onKey);
      stop();
    },
  };
}
