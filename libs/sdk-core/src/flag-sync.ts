import type { View } from '@guidon/engine/compile';
import { Announcer, type SyncEvent } from './announcer.js';
import { Content } from './content.js';
import type { Proof } from './generations/generation.js';
import { Keeper } from './generations/keeper.js';
import { Intake } from './intake.js';
import { Machines, type Machinist } from './machines.js';
import type { Ports } from './ports.js';
import type { RulesetHolder, Source } from './ruleset-holder.js';
import type { State } from './status.js';
import { openSession } from './stream-session.js';
import type { EvaluationCounters } from './telemetry/evaluation-counters.js';
import { Reporter, type ReporterSettings } from './telemetry/reporter.js';

export interface SyncSettings {
  readonly initTimeoutMs: number;
  /** The environment that the application expects; anything else is refused. */
  readonly environment?: string | undefined;
  /** Gives a ruleset that was built into the application, as `GET /sdk/v1/ruleset` answers; asked only where it is needed. */
  readonly bootstrap?: (() => unknown) | undefined;
  /** Absent: nothing is reported. */
  readonly reporting?: ReporterSettings | undefined;
}

export interface SyncStatus {
  readonly state: State;
  readonly source: Source;
  /** Milliseconds since the data was last known to be current; `undefined` for bootstrap and default. */
  readonly ageMs: number | undefined;
  readonly environment: string | undefined;
  readonly generation: number | undefined;
  /** Commit id. */
  readonly revision: string | undefined;
  /** What the ruleset in use has proved; `undefined` for bootstrap and default. */
  readonly proof: Proof | undefined;
  /** What went wrong last, until the next `ready`. */
  readonly trouble: string | undefined;
}

/**
 * Keeps one environment's view current. All decisions are pure, in `connection.ts`, `status.ts` and `judge.ts`; this
 * carries them out through the ports.
 */
export class FlagSync {
  readonly #ports: Ports;
  readonly #settings: SyncSettings;
  readonly #content: Content;
  readonly #machines: Machines;
  readonly #keeper: Keeper;
  readonly #announcer: Announcer;
  readonly #intake: Intake;
  readonly #reporter: Reporter;
  #closeStream: (() => void) | undefined;
  #cancelRequest: (() => void) | undefined;

  /** Reads what is kept on disk, or else the bootstrap, before it returns: evaluation is right from the first call. */
  constructor(ports: Ports, settings: SyncSettings) {
    this.#ports = ports;
    this.#settings = settings;
    const keeper = new Keeper(ports, () => this.#content);
    const content = new Content(settings.environment, keeper);
    const announcer = new Announcer(ports.log);
    const machines = new Machines(ports, settings.initTimeoutMs, {
      hasData: () => content.holder.view !== undefined,
      perform: (effect) => this.#perform(effect),
    });
    this.#content = content;
    this.#announcer = announcer;
    this.#machines = machines;
    this.#keeper = keeper;
    this.#intake = new Intake({ content, machines, announcer, keeper, now: () => ports.now() });
    this.#reporter = new Reporter(ports, settings.reporting, content.holder);
    content.witness = this.#reporter;
    this.#restore();
  }

  /** What evaluations are counted in. */
  get counters(): EvaluationCounters {
    return this.#reporter.counters;
  }

  /** Holds the view that is evaluated; read its `view` anew for each evaluation. */
  get holder(): RulesetHolder {
    return this.#content.holder;
  }

  /** What is evaluated; `undefined` while there is nothing at all. */
  get view(): View | undefined {
    return this.#content.holder.view;
  }

  start(): void {
    this.#machines.tellStatus({ type: 'start' });
    this.#machines.tellConnection({ type: 'start' });
    this.#reporter.start();
  }

  /** Ends everything: no timer, stream, request or listener is left. What is held can still be evaluated. */
  stop(): void {
    if (this.#machines.status.state === 'closed') return;
    this.#machines.tellConnection({ type: 'stop' });
    this.#machines.tellStatus({ type: 'stop' });
    this.#machines.timers.clearAll();
    this.#keeper.close();
    this.#reporter.close();
    this.#announcer.close();
  }

  status(): SyncStatus {
    const { holder } = this.#content;
    const { state, trouble } = this.#machines.status;
    return {
      state,
      source: holder.source,
      ageMs: holder.view === undefined ? undefined : this.#content.ageMs(this.#ports.now()),
      environment: holder.view?.environment,
      generation: holder.view?.generation,
      revision: holder.view?.revision,
      proof: holder.view === undefined ? undefined : this.#keeper.proof,
      trouble,
    };
  }

  /** Returns what ends the subscription. */
  subscribe(listener: (event: SyncEvent) => void): () => void {
    return this.#announcer.subscribe(listener);
  }

  #restore(): void {
    const { environment, bootstrap } = this.#settings;
    const kept = this.#keeper.load(environment);
    if (kept !== undefined) this.#content.restore(kept);
    // The server may serve something else to this process, and still has to hear what became of the ones before it.
    const { quarantined } = this.#keeper;
    if (quarantined !== undefined) this.#reporter.refused(quarantined);
    if (this.view === undefined && bootstrap !== undefined) this.#intake.bootstrap(bootstrap());
  }

  /** A ruleset that was sought in some other place has come. Only of use while nothing else has. */
  offerBootstrap(found: unknown): void {
    if (this.view === undefined && this.#machines.status.state !== 'closed') this.#intake.bootstrap(found);
  }

  #perform(effect: Parameters<Machinist['perform']>[0]): void {
    switch (effect.type) {
      case 'open-stream':
        this.#openStream();
        return;
      case 'close-stream':
        this.#closeStream?.();
        this.#closeStream = undefined;
        this.#machines.timers.clear('settle');
        return;
      case 'request':
        this.#request(effect.whole);
        return;
      case 'cancel-request':
        this.#cancelRequest?.();
        this.#cancelRequest = undefined;
        return;
      case 'lost':
        this.#announcer.warnOnce(effect.failure.sentence);
        this.#machines.tellStatus({ type: 'lost', failure: effect.failure });
        return;
      case 'announce': {
        const { state, sentence } = effect;
        this.#announcer.tell(state === 'ready' ? { type: state } : { type: state, sentence });
      }
    }
  }

  #openStream(): void {
    this.#content.begin();
    this.#closeStream = openSession(this.#ports.transport, this.#content.tag, {
      message: (message, id) => this.#intake.message(message, id),
      idAlone: (id) => this.#intake.idAlone(id),
      activity: () => this.#machines.tellConnection({ type: 'activity' }),
      rest: () => this.#intake.confirmIfCurrent(),
      failed: (failure) => this.#machines.tellConnection({ type: 'stream-failed', failure }),
    });
  }

  #request(whole: boolean): void {
    let over = false;
    const tag = whole ? undefined : this.#content.tag;
    const cancel = this.#ports.transport.fetchRuleset(tag, (answer) => {
      if (over) return;
      over = true;
      this.#intake.answer(answer);
    });
    this.#cancelRequest = () => {
      over = true;
      cancel();
    };
  }
}
