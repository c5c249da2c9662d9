import {
  type RefusedRuleset,
  type RulesetMark,
  TELEMETRY_LIMITS,
  TELEMETRY_PERIOD_MS,
  type TelemetryReport,
} from '@guidon/protocol';
import { isLastingRefusal, retryDelayMs } from '../back-off.js';
import type { Failure, Ports, ReportDone, ReportTransport } from '../ports.js';
import type { RulesetHolder } from '../ruleset-holder.js';
import { CountLog } from './count-log.js';
import { EvaluationCounters } from './evaluation-counters.js';
import { ReportBatches } from './report-batches.js';

/** Who reports. */
export type ReporterIdentity = Pick<TelemetryReport, 'instance' | 'boot' | 'client' | 'sdk'>;

export interface ReporterSettings {
  readonly identity: ReporterIdentity;
  /** Monotonic milliseconds at which the process started. */
  readonly startedMs: number;
  readonly transport: ReportTransport;
}

/** What the client holds, looked at whenever a report is made. */
type Held = Pick<RulesetHolder, 'view' | 'stamp'>;

/** Each report is moved by up to a tenth of the period, so that a fleet does not report in step. */
const JITTER = 0.1;
/** A refusal is told within this time: others may be about to get the same ruleset. */
const HURRY_MS = 1_000;

/**
 * Tells the server every ten seconds that this client lives, what it applied, and what it counted: one request at a time,
 * retried with the back-off of the stream. Nothing in it throws, keeps a process alive, or grows without bound; while the
 * server is away the oldest counts are thrown away and the next report says how many.
 */
export class Reporter {
  readonly counters = new EvaluationCounters();
  readonly #ports: Pick<Ports, 'now' | 'after' | 'random' | 'log'>;
  readonly #settings: ReporterSettings | undefined;
  readonly #held: Held;
  readonly #log = new CountLog();
  readonly #batches: ReportBatches;
  #refused: RefusedRuleset | undefined;
  /** The refusal that the last attempt named, and the last one that got through. */
  #attemptedRefusal: RefusedRuleset | undefined;
  #toldRefusal: RefusedRuleset | undefined;
  #beganMs: number;
  #cancelTimer: (() => void) | undefined;
  #cancelRequest: (() => void) | undefined;
  #failures = 0;
  #state: 'new' | 'running' | 'closed' = 'new';

  /** Without settings it counts and reports nothing. */
  constructor(ports: Ports, settings: ReporterSettings | undefined, held: Held) {
    this.#ports = ports;
    this.#settings = settings;
    this.#held = held;
    this.#beganMs = ports.now().elapsedMs;
    this.#batches = new ReportBatches(this.counters, this.#beganMs);
  }

  start(): void {
    if (this.#settings === undefined || this.#state !== 'new') return;
    this.#state = 'running';
    // The first report soon: until then a wave takes this instance for one that has not answered.
    this.#wait(this.#ports.random() * (this.#refused === undefined ? TELEMETRY_PERIOD_MS : HURRY_MS));
  }

  /** Another ruleset is about to come into use: what was counted so far belongs to the one before. */
  beforeChange(): void {
    this.counters.answers.forget();
    if (this.#state === 'running') this.#closeInterval();
  }

  /** A ruleset that was sent is not used, or no longer. Told at least once, and until another one is applied. */
  refused(refused: RefusedRuleset): void {
    const { lineage, generation, result } = refused;
    const before = this.#refused;
    const isSame =
      before?.lineage === lineage && before.generation === generation && before.result === result;
    if (!isSame)
      this.#refused = { ...refused, reason: refused.reason.slice(0, TELEMETRY_LIMITS.reasonChars) };
    if (this.#state !== 'running' || this.#cancelRequest !== undefined || this.#failures > 0) return;
    this.#cancelTimer?.();
    this.#wait(this.#ports.random() * HURRY_MS);
  }

  /** Sends the last report, once. */
  close(): void {
    const wasRunning = this.#state === 'running';
    this.#state = 'closed';
    this.#cancelTimer?.();
    this.#cancelRequest?.();
    if (!wasRunning) return;
    this.#closeInterval();
    this.#post({ closing: true }, () => {});
  }

  #closeInterval(): void {
    const { elapsedMs: endedMs } = this.#ports.now();
    const tally = this.counters.readOut();
    const beganMs = this.#beganMs;
    this.#beganMs = endedMs;
    if (tally === undefined) return;
    this.#log.add({ ...tally, ruleset: this.#applied(), beganMs, endedMs });
  }

  #wait(delayMs: number): void {
    this.#cancelTimer = this.#ports.after(delayMs, () => this.#flush());
  }

  #flush(): void {
    this.#closeInterval();
    this.#cancelRequest = this.#post({}, (failure, takes) => {
      this.#cancelRequest = undefined;
      if (this.#state !== 'running') return;
      if (failure === undefined) this.#accepted(takes);
      else this.#failed(failure);
    });
  }

  #accepted(takes: string | undefined): void {
    this.#log.accepted();
    this.#batches.accepted(takes);
    this.#toldRefusal = this.#attemptedRefusal;
    this.#failures = 0;
    this.#wait(TELEMETRY_PERIOD_MS * (1 - JITTER + 2 * JITTER * this.#ports.random()));
  }

  #failed(failure: Failure): void {
    const isRefusal = isLastingRefusal(failure);
    // Another server of the same address may be older and refuse the whole report for what is new in it.
    const extended = isRefusal && !this.#batches.refused();
    // A server that will not take these counts will not take them later either.
    if (extended) this.#log.discard();
    if (this.#failures === 0) this.#ports.log.debug(`A report did not get through: ${failure.sentence}`);
    const { retryAfterMs } = failure;
    const plan = { failures: this.#failures, windowMs: TELEMETRY_PERIOD_MS, extended, retryAfterMs };
    this.#failures += 1;
    this.#wait(retryDelayMs(plan, this.#ports.random));
  }

  #post(more: { closing?: true }, done: ReportDone): () => void {
    let isOver = false;
    const end: ReportDone = (failure, takes) => {
      if (isOver) return;
      isOver = true;
      done(failure, takes);
    };
    try {
      const body = this.#settings && JSON.stringify({ ...this.#compose(this.#settings), ...more });
      const cancel = body && this.#settings?.transport.post(body, end);
      return () => {
        isOver = true;
        if (cancel) cancel();
      };
    } catch (error) {
      end({ kind: 'settings', sentence: `The report could not be sent (${String(error)}).` });
      return () => {};
    }
  }

  #compose({ identity, startedMs }: ReporterSettings): TelemetryReport {
    const { elapsedMs } = this.#ports.now();
    const environment = this.#held.view?.environment;
    const applied = this.#applied();
    const isTold = this.#toldRefusal === this.#refused;
    if (this.#refused !== undefined && isTold && isOvertaken(this.#refused, applied))
      this.#refused = undefined;
    this.#attemptedRefusal = this.#refused;
    const counts = this.#log.attempt(elapsedMs);
    const { sequence } = this.#log;
    return {
      format: 1,
      ...identity,
      sequence,
      uptimeMs: Math.max(0, elapsedMs - startedMs),
      ...(environment === undefined ? {} : { environment }),
      ...(applied === undefined ? {} : { applied }),
      ...(this.#refused === undefined ? {} : { refused: this.#refused }),
      counts,
      dropped: this.#log.dropped,
      ...this.#batches.attempt(sequence, elapsedMs),
    };
  }

  /** What may not be what its stamp says, after a patch that went wrong, is not named. */
  #applied(): RulesetMark | undefined {
    const { stamp } = this.#held;
    return stamp === undefined || stamp.hash === '' ? undefined : stamp;
  }
}

function isOvertaken(refused: RefusedRuleset, applied: RulesetMark | undefined): boolean {
  return applied?.lineage === refused.lineage && applied.generation >= refused.generation;
}
