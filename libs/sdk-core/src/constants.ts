/**
 * Every number that the SDKs live by, each with where it comes from; a test holds the inequalities between them.
 * With k failures since the last healthy connection, W the window and U a uniform random number, the waits are:
 *
 *   F1  the step             base · 2^k, up to the cap
 *   F2  first reconnect      U(0, W)
 *   F3  later ones           floor + U(0, min(max(cap, W), max(W, F1)))
 *   F5  with Retry-After RA  RA + U(0, max(RA, W))
 *   F6  k becomes 0          only after a complete ruleset and a healthy minute
 *   F7  polls                first at U(0, T), then every T · U(0.9, 1.1)
 *
 * Simulated with 10,000 clients that lose their stream at once and W = 12.5 s, the worst second sees 871 attempts;
 * full jitter without W 9,888, a fixed second 10,000.
 */

/** F1, F3: first step of the exponential back-off. The value of the LaunchDarkly and Flipt SDKs. */
export const BACK_OFF_BASE_MS = 1_000;
/** F1, F3: ceiling of the back-off. Same source. */
export const BACK_OFF_CAP_MS = 30_000;
/** F3: a later attempt never comes at once, so that a refused client cannot spin. */
export const BACK_OFF_FLOOR_MS = 250;

/** F2: the reconnect window before a server has named one. */
export const DEFAULT_WINDOW_MS = 5_000;
/** F2: what a server may ask for. Below a second a spread does nothing, above five minutes it is an outage. */
export const WINDOW_MIN_MS = 1_000;
export const WINDOW_MAX_MS = 300_000;

/** F5: the longest `Retry-After` that is obeyed; anything beyond is read as this. */
export const RETRY_AFTER_MAX_MS = 300_000;

/** Retry after a 4xx that will not mend by itself (bad key, wrong address), half jitter: 150 to 300 s. */
export const EXTENDED_RETRY_MS = 300_000;

/** F6: a connection counts as good again, and the back-off starts over, after so long. */
export const HEALTHY_AFTER_MS = 60_000;

/** Response headers and the hello event must have come by then. */
export const HELLO_TIMEOUT_MS = 10_000;
/** A stream silent for so many heartbeats is dead: the server sends one every `heartbeatMs` of its hello. */
export const HEARTBEATS_TO_DEATH = 3;
/** A gap of more than so many heartbeats between two ticks means that the machine slept. */
export const HEARTBEATS_TO_SLEEP = 2;
/** What a hello may name as heartbeat; outside it is a mistake and the nearest bound holds. */
export const HEARTBEAT_MIN_MS = 100;
export const HEARTBEAT_MAX_MS = 120_000;
/** After a hello whose kill digest is not ours: how long to wait for the kills before calling the data current. */
export const SETTLE_MS = 1_000;

/** F7: polling while no stream can be had. The floor of the LaunchDarkly server SDKs. */
export const POLL_INTERVAL_MS = 30_000;
/** F7: each poll is moved by up to a tenth, so that a fleet does not poll in step. */
export const POLL_JITTER = 0.1;
/** Polling begins after so many failed streams in a row; with nothing in memory after the first. */
export const FAILURES_BEFORE_POLL = 3;
/** Spread of the first poll when there is nothing in memory. */
export const FIRST_POLL_MS = 1_000;

/** Initialization ends by then, with whatever there is; the retries go on. */
export const INIT_TIMEOUT_MS = 5_000;
/** STALE becomes ERROR after max(this, window + margin): longer than a first retry and a round trip can take. */
export const GRACE_MS = 60_000;
export const GRACE_MARGIN_MS = 10_000;

/** What is kept on disk is written at most so often. */
export const SNAPSHOT_WRITE_MS = 1_000;
/** While nothing changes it is confirmed anew so often, so that the age it states after a restart stays honest. */
export const SNAPSHOT_REFRESH_MS = 600_000;

/** A process that lives so long with a ruleset has not died of it: the ruleset is good. */
export const TRIAL_MS = 60_000;
/** Served for so long without a death, a good ruleset has earned to be last known good. */
export const EARNED_MS = 600_000;
/** So many generations that were earned are kept. */
export const GENERATIONS_KEPT = 3;
/** So many deaths in a row on one ruleset put it in quarantine, where an older good one is kept. */
export const DEATHS_TO_QUARANTINE = 2;

/** A single request for the ruleset must be done by then. */
export const REQUEST_TIMEOUT_MS = 10_000;
/** A ruleset or event beyond this many characters is refused: 10,000 flags of the largest sample are under 20 MB. */
export const MESSAGE_MAX_CHARS = 128 * 1_048_576;
/** So many lineages are remembered with the highest generation seen in each. */
export const LINEAGES_REMEMBERED = 16;
