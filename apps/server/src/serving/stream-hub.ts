import { HEARTBEAT_MS, parseTag } from '@guidon/protocol';
import type { LiveCatalog, LiveChange, LiveEnvironment, StreamHolder } from '../catalog/index.js';
import type { Clock } from '../kernel/clock/index.js';
import type { Admission } from './admission.js';
import { OpenStreams } from './open-streams.js';
import type { RulesetBodies } from './ruleset-bodies.js';
import type { ServingMetrics, StreamDrop } from './serving-metrics.js';
import { type Lane, type PassOptions, SlicedPasses } from './sliced-passes.js';
import { Stream, type StreamOptions } from './stream.js';
import {
  frame,
  HEARTBEAT_FRAME,
  idOnly,
  killEvent,
  overtakingFrames,
  reviveEvent,
  streamHead,
} from './stream-frames.js';
import { Ways } from './ways.js';

export interface HubParts {
  readonly catalog: LiveCatalog;
  readonly bodies: RulesetBodies;
  readonly clock: Clock;
  readonly admission: Admission;
  readonly metrics: ServingMetrics;
}

/** How long a drained stream may take to read its goodbye before it is cut. */
const DRAIN_DEADLINE_MS = 2_000;

/** All SDK streams of this process: what each is sent when it opens, and what all are sent when something changes. */
export class StreamHub {
  readonly #streams = new OpenStreams();
  readonly #ways = new Ways();
  readonly #passes = new SlicedPasses<Stream>(setImmediate);
  readonly #stop: (() => void)[] = [];
  #drained: (() => void) | undefined;
  #draining = false;

  constructor(private readonly parts: HubParts) {}

  start(): void {
    const { catalog, clock } = this.parts;
    const heartbeat = clock.every(HEARTBEAT_MS, () => this.#beat());
    this.#stop.push(
      catalog.subscribe((change) => this.#tell(change)),
      () => heartbeat.cancel(),
    );
  }

  streamsOpen(environment: string): number {
    return this.#streams.of(environment)?.size ?? 0;
  }

  holders(environment: string): readonly StreamHolder[] {
    return this.#streams.holders(environment, this.parts.clock.elapsedMs());
  }

  byEnvironment(): ReadonlyMap<string, number> {
    return this.#streams.counts();
  }

  /** Why another stream may not open now. */
  whyRefused(): 'draining' | 'full' | 'too-fast' | undefined {
    const { admission, clock } = this.parts;
    const why = this.#draining ? 'draining' : admission.whyRefused(this.#streams.count, clock.elapsedMs());
    if (why !== undefined) this.parts.metrics.streamsRefused += 1;
    return why;
  }

  /**
   * Takes over a socket: writes the head, hello, every kill and revival known, then what brings the client from its last
   * event to `live`. The caller reports the end of the socket through the function returned.
   */
  open(
    options: Omit<StreamOptions, 'openedElapsedMs'>,
    at: { readonly live: LiveEnvironment; readonly lastEventId?: string },
  ): () => void {
    const stream = new Stream({ ...options, openedElapsedMs: this.parts.clock.elapsedMs() });
    this.#greet(stream, at.live, at.lastEventId);
    this.#streams.add(stream);
    return () => this.#forget(stream);
  }

  /** Ends the streams of a key that is no longer good. */
  endStreamsOfKey(keyId: string): void {
    for (const stream of this.#streams.all()) if (stream.keyId === keyId) this.#drop(stream, 'revoked');
  }

  /** Says goodbye to all, ends them, and resolves when they are gone; new ones are refused from now on. */
  async drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    for (const stop of this.#stop.splice(0)) stop();
    if (this.#streams.count === 0) return;
    const bytes = frame('goodbye', { windowMs: this.#windowMs() });
    const gone = new Promise<void>((resolve) => {
      this.#drained = resolve;
    });
    const deadline = this.parts.clock.after(DRAIN_DEADLINE_MS, () => {
      for (const stream of this.#streams.all()) stream.socket.destroy();
    });
    this.#passes.start('goodbye', {
      members: [...this.#streams.all()],
      visit: (stream) => {
        this.#write(stream, 'goodbye', bytes);
        stream.socket.destroySoon();
      },
    });
    await gone;
    deadline.cancel();
  }

  #greet(stream: Stream, live: LiveEnvironment, lastEventId: string | undefined): void {
    const { bodies, clock, metrics } = this.parts;
    const { kills, revived } = live.kills;
    const opening = [
      streamHead(clock.nowMs()),
      frame('hello', {
        lineage: live.lineage,
        windowMs: this.#windowMs(),
        heartbeatMs: HEARTBEAT_MS,
        target: live.tag,
      }),
    ];
    metrics.events.hello += 1;
    if (kills.length > 0) opening.push(frame('kill', killEvent(kills)));
    if (revived.length > 0) opening.push(frame('revive', reviveEvent(revived)));
    const missed = this.#missed(live, lastEventId);
    // The id comes last: a client that loses the connection before it must not believe that it has everything.
    if (missed !== undefined) opening.push(...missed, idOnly(live.tag));
    stream.write(Buffer.concat(opening));
    if (missed === undefined) {
      stream.write(bodies.of(live).frame());
      metrics.events.ruleset += 1;
    }
    metrics.resumed[missed === undefined ? 'full' : missed.length === 0 ? 'current' : 'patched'] += 1;
    stream.moveTo(live.lineage, live.generation);
  }

  /** The patches between a client's last event and now; none when it is current; `undefined`: it needs everything. */
  #missed(live: LiveEnvironment, lastEventId: string | undefined): readonly Buffer[] | undefined {
    const last = lastEventId === undefined ? undefined : parseTag(lastEventId);
    if (last === undefined || last.lineage !== live.lineage) return undefined;
    if (last.generation === live.generation) return [];
    const frames = this.#ways.find(last, live);
    if (frames === undefined) return undefined;
    const bytes = frames.reduce((sum, one) => sum + one.length, 0);
    return bytes < this.parts.bodies.of(live).frame().length ? frames : undefined;
  }

  #tell(change: LiveChange): void {
    if (change.kind === 'ruleset') this.#tellRuleset(change);
    else if (change.kind === 'kill') {
      // While a revival is still on its way to some, the id must not claim that they have it.
      const withId = !this.#passes.pending('revive');
      this.#tellState(change.live, 'kill', (id) =>
        frame('kill', killEvent(change.kills), withId ? id : undefined),
      );
    } else this.#tellState(change.live, 'revive', (id) => frame('revive', reviveEvent(change.revived), id));
  }

  /** Kills and revivals; how long a kill took is told when the last stream has it. */
  #tellState(
    live: LiveEnvironment,
    event: 'kill' | 'revive',
    make: (id: string | undefined) => Buffer,
  ): void {
    const frameFor = overtakingFrames(live, make);
    const done = this.parts.metrics.timed(event, this.parts.clock);
    this.#toAll(live.environment, event, {
      visit: (stream) => this.#write(stream, event, frameFor(stream)),
      done,
    });
  }

  /** Every stream is brought to what its instance is to have now, by steps where it stands on one, else by the whole. */
  #tellRuleset(change: Extract<LiveChange, { kind: 'ruleset' }>): void {
    this.#ways.record(change);
    const { environment } = change.live;
    const visit = (stream: Stream) => {
      // Asked anew for each: a pass takes turns, and what is newest by then saves the next pass the work.
      const target = this.parts.catalog.rulesetFor(environment, stream.instance);
      if (target === undefined || stream.isAtOrBeyond(target.lineage, target.generation)) return;
      const way = this.#ways.find(stream, target);
      if (way === undefined) this.#write(stream, 'ruleset', this.parts.bodies.of(target).frame());
      else for (const patch of way) this.#write(stream, 'patch', patch);
      stream.moveTo(target.lineage, target.generation);
    };
    this.#toAll(environment, 'ruleset', { visit });
  }

  #toAll(environment: string, lane: Lane, pass: Omit<PassOptions<Stream>, 'members'>): void {
    const members = this.#streams.of(environment);
    if (members !== undefined) this.#passes.start(lane, { members, ...pass });
  }

  #write(stream: Stream, event: 'kill' | 'revive' | 'patch' | 'ruleset' | 'goodbye', bytes: Buffer): void {
    if (stream.socket.destroyed) return;
    if (stream.lags()) {
      this.#drop(stream, 'lagged');
      return;
    }
    stream.write(bytes);
    this.parts.metrics.events[event] += 1;
  }

  #beat(): void {
    if (this.#passes.pending('heartbeat')) return;
    this.#passes.start('heartbeat', {
      members: [...this.#streams.all()],
      visit: (stream) => {
        if (stream.socket.destroyed) return;
        if (stream.stalled()) this.#drop(stream, 'stalled');
        else if (stream.socket.writableLength === 0) stream.write(HEARTBEAT_FRAME);
      },
    });
  }

  #drop(stream: Stream, cause: StreamDrop): void {
    this.parts.metrics.drops[cause] += 1;
    stream.socket.destroy();
    this.#forget(stream);
  }

  #forget(stream: Stream): void {
    if (this.#streams.remove(stream) && this.#streams.count === 0) this.#drained?.();
  }

  #windowMs(): number {
    return this.parts.admission.windowMs(this.#streams.count);
  }
}
