import type { Problem } from '@guidon/protocol/errors';
import type { FastifyRequest } from 'fastify';
import type { Audit, AuditEvent } from '../../audit/index.js';
import { actorOf } from '../../identity/index.js';
import type { Clock, Timer } from '../../kernel/clock/index.js';
import { isOutage, type Transactions } from '../../kernel/database/index.js';
import type { Log } from '../../kernel/log/index.js';
import { type AttemptSummary, AttemptTally } from './attempt-tally.js';

export interface RefusedAttemptsParts {
  readonly transactions: Transactions;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
}

const PERIOD_MS = 60_000;
const LONGEST = 500;
const MOST_VIOLATIONS = 10;
const MANAGEMENT = ' /api/v1/';
const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Writes down who was refused what: after the answer, in a transaction of its own, since that of the act is undone. With the
 * database away an attempt is not written: it changed nothing, and nobody waits for it.
 */
export class RefusedAttempts {
  private readonly tally = new AttemptTally();
  private timer: Timer | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly parts: RefusedAttemptsParts) {}

  start(): void {
    this.timer = this.parts.clock.every(PERIOD_MS, () => void this.summarise());
  }

  async stop(): Promise<void> {
    this.timer?.cancel();
    await this.summarise();
  }

  /** Called with every problem that is answered, so what is none of ours must cost nothing. */
  note(problem: Problem, request: FastifyRequest): void {
    if (problem.code === 'too-many-requests') this.noteWrongKey(request);
    else if (problem.code === 'not-permitted') this.noteRefusal(problem, request);
  }

  /** Everything that was left out since the last time, one entry for each key and source. */
  summarise(): Promise<void> {
    const { summaries, others } = this.tally.drain();
    for (const summary of summaries) this.write(summaryEvent(summary));
    if (others > 0) this.write(othersEvent(others));
    return this.writing;
  }

  /** Who is slowed down before anybody is known has sent wrong keys, unless the route asks for none. */
  private noteWrongKey(request: FastifyRequest): void {
    if (request.caller !== undefined || request.routeOptions.config.access === 'public') return;
    this.tally.take({ kind: 'source', name: request.ip }, operationOf(request));
  }

  private noteRefusal(problem: Problem, request: FastifyRequest): void {
    const { caller = request.refusedCaller, method } = request;
    // A key of another kind is refused on hot routes too, where nothing is changed.
    if (caller === undefined || READING.has(method) || !operationOf(request).includes(MANAGEMENT)) return;
    const [actor, operation] = [actorOf(caller), operationOf(request)];
    if (!this.tally.take({ kind: 'key', name: actor }, operation)) return;
    const { code, detail, violations = [] } = problem;
    this.write({
      ...{ action: 'attempt.refuse', actor, before: null, after: null },
      reason: detail.slice(0, LONGEST),
      subject: {
        ...{ operation, path: request.url.split('?', 1)[0]?.slice(0, LONGEST) ?? '', code },
        ...(violations.length === 0 ? {} : { violations: violations.slice(0, MOST_VIOLATIONS) }),
      },
      ...{ requestId: request.id, sourceAddress: request.ip },
    });
  }

  private write(event: AuditEvent): void {
    const { transactions, audit, log } = this.parts;
    this.writing = this.writing
      .then(() => transactions.run((manager) => audit.append(manager, event)))
      .catch((error: unknown) =>
        log[isOutage(error) ? 'debug' : 'warn'](
          { err: error, action: event.action, requestId: event.requestId },
          'a refused attempt could not be written to the audit log',
        ),
      );
  }
}

/** The route's pattern, so that attempts on many things are one kind. */
function operationOf(request: FastifyRequest): string {
  return `${request.method} ${request.routeOptions?.url ?? 'no route'}`;
}

function summaryEvent({ kind, name, count, operations }: AttemptSummary): AuditEvent {
  const subject = { leftOut: count, operations };
  const told = { action: 'attempt.summarise', before: null, after: null, subject } as const;
  if (kind === 'key')
    return {
      ...told,
      actor: name,
      reason: `${count} more attempts of this key were refused within a minute.`,
    };
  return {
    ...told,
    actor: 'system:wrong-keys',
    sourceAddress: name,
    reason: `${count} wrong keys from this address were slowed down within a minute.`,
  };
}

function othersEvent(count: number): AuditEvent {
  return {
    ...{ action: 'attempt.summarise', actor: 'system:attempts', before: null, after: null },
    reason: `${count} attempts of more keys and addresses than are told apart were refused within a minute.`,
    subject: { leftOut: count },
  };
}
