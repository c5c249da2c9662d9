/** Numbers that only a browser needs, each with where it comes from; the others are those of every SDK. */

/** A page hidden for so long closes its stream, unless the server names another time. As OpenFeature's OFREP web provider. */
export const HIDDEN_CLOSE_MS = 120_000;
/**
 * While a stream is open it is asked so often all the same: pages cannot see heartbeats, so a stream that died without a
 * word would otherwise hide a kill for ever.
 */
export const SAFETY_INTERVAL_MS = 600_000;
/** After a stream has opened, and after `online`, the question is spread over so long. */
export const REOPEN_SPREAD_MS = 1_000;
/** Messages within so long lead to one question. */
export const GATHER_MS = 50;
/** So many streams in a row that never opened: something on the way forbids them, so it is tried rarely. */
export const REFUSED_STREAMS = 3;
/** Polling more often than this is a mistake and read as this. */
export const POLL_MIN_MS = 1_000;

/** Answers for so many contexts are kept; the oldest goes. */
export const KEPT_ANSWERS = 5;
/** What was last confirmed longer ago is not served any more. As in OpenFeature's OFREP web provider. */
export const KEPT_MS = 30 * 86_400_000;
/** Larger answers are not kept: a page has about 5 million characters for everything. */
export const KEPT_MAX_CHARS = 1_000_000;
/** Larger answers are refused: a thousand flags are some 200,000 characters. */
export const ANSWER_MAX_CHARS = 16_000_000;
