/** What readiness depends on, read once per probe. */
export interface HealthFacts {
  readonly draining: boolean;
  /** Environments that have something good to serve. */
  readonly liveEnvironments: number;
  readonly databaseUp: boolean;
  /** Seconds since the database last answered; absent when it never did. */
  readonly databaseSilentSeconds?: number;
}

export interface Readiness {
  readonly ready: boolean;
  readonly reason: string;
  /** How old what is served may be, when that is worth telling. */
  readonly staleSeconds?: number;
}

/** "Send me SDK traffic?" Serving goes on from memory with the database away, but never with nothing to serve. */
export function decideReadiness(facts: HealthFacts): Readiness {
  if (facts.draining) return { ready: false, reason: 'The server is shutting down.' };
  if (facts.liveEnvironments === 0)
    return { ready: false, reason: 'Nothing good has been loaded yet, so there is nothing to serve.' };
  if (facts.databaseUp) return { ready: true, reason: 'Serving the current state.' };
  return {
    ready: true,
    reason: 'Serving the last good state from memory: the database does not answer.',
    staleSeconds: facts.databaseSilentSeconds ?? 0,
  };
}

/** "Send me writes?" */
export function decideWriteReadiness(facts: HealthFacts): Readiness {
  const reads = decideReadiness(facts);
  if (!reads.ready || facts.databaseUp) return reads;
  return { ...reads, ready: false, reason: 'The database does not answer, so nothing can be changed.' };
}
