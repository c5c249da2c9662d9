import {
  type Connection,
  type ConnectionEffect,
  type ConnectionEvent,
  connect,
  STOPPED,
} from './connection.js';
import { NamedTimers } from './named-timers.js';
import type { Ports } from './ports.js';
import { STARTING, type Status, type StatusEffect, type StatusEvent, track } from './status.js';

type TimerEffect = { readonly type: 'set-timer' | 'clear-timer' };

/** What the machines cannot do themselves. */
export interface Machinist {
  hasData(): boolean;
  perform(effect: Exclude<ConnectionEffect | StatusEffect, TimerEffect>): void;
}

type Work =
  | { readonly of: 'connection'; readonly event: ConnectionEvent }
  | { readonly of: 'status'; readonly event: StatusEvent };

/** Runs the connection and the status: one event after the other, with their timers. */
export class Machines {
  readonly timers: NamedTimers;
  readonly #ports: Ports;
  readonly #initTimeoutMs: number;
  readonly #machinist: Machinist;
  readonly #queue: Work[] = [];
  #working = false;
  #connection: Connection = STOPPED;
  #status: Status = STARTING;

  constructor(ports: Ports, initTimeoutMs: number, machinist: Machinist) {
    this.#ports = ports;
    this.#initTimeoutMs = initTimeoutMs;
    this.#machinist = machinist;
    this.timers = new NamedTimers((delayMs, run) => ports.after(delayMs, run));
  }

  get connection(): Connection {
    return this.#connection;
  }

  get status(): Status {
    return this.#status;
  }

  tellConnection(event: ConnectionEvent): void {
    this.#work({ of: 'connection', event });
  }

  tellStatus(event: StatusEvent): void {
    this.#work({ of: 'status', event });
  }

  /** Works off events one by one: an effect may cause the next event before it returns. */
  #work(work: Work): void {
    this.#queue.push(work);
    if (this.#working) return;
    this.#working = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.#step(next);
    } finally {
      this.#working = false;
    }
  }

  #step(work: Work): void {
    const hasData = this.#machinist.hasData();
    if (work.of === 'connection') {
      const { random } = this.#ports;
      const step = connect(this.#connection, work.event, { random, now: this.#ports.now(), hasData });
      this.#connection = step.state;
      for (const effect of step.effects) this.#perform(effect);
      return;
    }
    const { windowMs } = this.#connection;
    const around = { hasData, windowMs, initTimeoutMs: this.#initTimeoutMs };
    const step = track(this.#status, work.event, around);
    this.#status = step.state;
    for (const effect of step.effects) this.#perform(effect);
  }

  #perform(effect: ConnectionEffect | StatusEffect): void {
    switch (effect.type) {
      case 'set-timer':
        this.timers.set(effect.timer, effect.delayMs, () => this.#elapsed(effect.timer));
        return;
      case 'clear-timer':
        this.timers.clear(effect.timer);
        return;
      default:
        this.#machinist.perform(effect);
    }
  }

  #elapsed(timer: Extract<ConnectionEffect | StatusEffect, { type: 'set-timer' }>['timer']): void {
    if (timer === 'init' || timer === 'grace') this.tellStatus({ type: 'timer', timer });
    else this.tellConnection({ type: 'timer', timer });
  }
}
