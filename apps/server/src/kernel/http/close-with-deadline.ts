import type { FastifyInstance } from 'fastify';
import type { Clock } from '../clock/index.js';

export interface DeadlineOptions {
  readonly clock: Clock;
  readonly deadlineMs: number;
}

/**
 * Makes `close()` return in time. Features say goodbye and end their streams in `preClose`; whatever is still open
 * at the deadline is cut, since a hanging socket would keep the process from ending.
 */
export function closeWithDeadline(instance: FastifyInstance, { clock, deadlineMs }: DeadlineOptions): void {
  instance.addHook('preClose', (done) => {
    clock.after(deadlineMs, () => instance.server.closeAllConnections());
    done();
  });
}
