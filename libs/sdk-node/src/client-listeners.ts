import type { SyncEvent } from '@guidon/sdk-core';

export interface ClientListeners {
  /** Flags whose answers may differ from before. */
  change: (flags: readonly string[]) => void;
  /** The data is current (again). */
  ready: () => void;
  /** The server cannot be reached; what is held goes on being served. */
  stale: (sentence: string | undefined) => void;
  /** Stale for too long, or nothing to serve but coded defaults. */
  error: (sentence: string | undefined) => void;
}

/** Tells a listener what it asked for. */
export function tell(event: SyncEvent, listener: (about: never) => void): void {
  const about = event.type === 'change' ? event.flags : event.type === 'ready' ? undefined : event.sentence;
  listener(about as never);
}
