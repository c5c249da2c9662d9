import { isLastingRefusal } from '@guidon/sdk-core/back-off';
import { GRACE_MS } from '@guidon/sdk-core/constants';
import { NamedTimers } from '@guidon/sdk-core/named-timers';
import type { Outcome } from './ask-bulk.js';
import { type BulkAnswer, changedFlags } from './bulk-answer.js';
import { Feed } from './feed.js';
import type { Settings } from './options.js';
import type { Holding, State } from './resolve-flag.js';
import { canonicalJson, hash, type StoredAnswer, StoredAnswers } from './stored-answers.js';
import type { Happening, World } from './world.js';

export type Notice =
  | { readonly type: 'ready' }
  | { readonly type: 'stale' | 'error'; readonly message: string }
  /** Flags whose answers differ from before, sorted. */
  | { readonly type: 'change'; readonly flags: readonly string[] };

/**
 * Holds the values for the newest context and tells what becomes of them. An answer belongs to a context: after a change
 * that could not be answered nothing is served rather than what was meant for somebody else.
 */
export class WebFlags {
  readonly #timers: NamedTimers;
  readonly #stored: StoredAnswers;
  readonly #feed: Feed;
  readonly #unwatch: () => void;
  #id = '';
  #holding: Holding | undefined;
  #state: State = 'starting';
  #trouble: string;
  #waiting: ((held: boolean) => void)[] = [];

  constructor(
    private readonly world: World,
    private readonly settings: Settings,
    private readonly tell: (notice: Notice) => void,
  ) {
    this.#timers = new NamedTimers(world.after);
    this.#trouble = settings.trouble ?? 'The server has not answered yet.';
    const { storage } = settings.cache ? world : { storage: undefined };
    this.#stored = new StoredAnswers({ storage, now: () => world.now() }, settings.url);
    this.#feed = new Feed(world, settings, {
      outcome: (outcome) => this.#hear(outcome),
      lost: (sentence) => this.#doubt(sentence),
    });
    this.#unwatch = world.watch((happening) => this.#happened(happening));
    if (settings.trouble !== undefined) settings.warn(settings.trouble);
  }

  get holding(): Holding | undefined {
    return this.#holding;
  }

  get state(): State {
    // Until there is an answer for a new context, that of the old one is no more than a stopgap.
    return this.#holding !== undefined && this.#holding.id !== this.#id ? 'stale' : this.#state;
  }

  get trouble(): string {
    return this.#trouble;
  }

  /** Turns to a context. Resolves, by the time-out at the latest, to whether there are values for it. */
  use(context: unknown): Promise<boolean> {
    const body = canonicalJson({ context: context ?? {} });
    const id = hash(`${this.settings.url} ${this.settings.key} ${body}`);
    const starts = this.#id === '';
    if (id === this.#id && this.#waiting.length === 0 && this.#holding?.id === id)
      return Promise.resolve(true);
    const kept = id === this.#id ? undefined : this.#stored.load(id);
    this.#id = id;
    if (kept !== undefined) this.#holding = { ...kept, id, source: 'storage' };
    if (this.settings.trouble !== undefined) return Promise.resolve(this.#settle());
    const held = this.#holding?.id === id ? this.#holding.answer : undefined;
    this.#feed.use(body, held);
    // A page that comes back shows what it had, without waiting for anybody.
    if (starts && held !== undefined) return Promise.resolve(this.#settle());
    this.#timers.set('wait', this.settings.initTimeoutMs, () => this.#settle());
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  close(): void {
    this.#unwatch();
    this.#feed.close();
    this.#settle();
    this.#timers.clearAll();
  }

  /** Whoever waits waits no longer. */
  #settle(): boolean {
    this.#timers.clear('wait');
    if (this.#holding?.id !== this.#id) this.#holding = undefined;
    const held = this.#holding !== undefined;
    if (!held) this.#state = 'error';
    else if (this.#state === 'starting') this.#state = 'ready';
    for (const resolve of this.#waiting.splice(0)) resolve(held);
    return held;
  }

  #hear(outcome: Outcome): void {
    const { epochMs } = this.world.now();
    if (outcome.kind === 'failed') {
      const { sentence } = outcome.failure;
      if (isLastingRefusal(outcome.failure)) this.#refused(sentence);
      else this.#doubt(sentence);
      return;
    }
    const answer = outcome.kind === 'answer' ? outcome.answer : this.#holding?.answer;
    if (answer === undefined) return;
    this.#stored.save(this.#id, { answer, atMs: epochMs });
    this.#hold(answer, epochMs);
  }

  #hold(answer: BulkAnswer, atMs: number): void {
    const before = this.#holding;
    const awaited = this.#waiting.length > 0;
    this.#holding = { answer, atMs, id: this.#id, source: 'network' };
    this.#timers.clear('stale');
    const recovered = this.#state === 'stale' || this.#state === 'error';
    this.#state = 'ready';
    this.#settle();
    if (recovered && !awaited) this.tell({ type: 'ready' });
    const flags = before?.answer === answer ? [] : changedFlags(before?.answer, answer);
    if (!awaited && flags.length > 0) this.tell({ type: 'change', flags });
  }

  /** It may be a moment's trouble: only what lasts is told. */
  #doubt(sentence: string): void {
    this.#trouble = sentence;
    if (this.#state !== 'ready') return;
    // Nothing has confirmed these since the page was opened.
    if (this.#holding?.source === 'storage') this.#degrade('stale', sentence);
    if (this.#timers.has('stale')) return;
    this.#timers.set('stale', GRACE_MS, () => this.#degrade('stale', this.#trouble));
  }

  /** Waiting longer will not help, and somebody has to mend something. Values that are there go on being served. */
  #refused(sentence: string): void {
    this.#trouble = sentence;
    this.#timers.clear('stale');
    const awaited = this.#waiting.length > 0;
    if (awaited) this.#settle();
    if (this.#state !== 'error' || awaited) this.settings.warn(sentence);
    if (awaited && this.#holding === undefined) return;
    this.#degrade('error', sentence);
  }

  #degrade(state: 'stale' | 'error', message: string): void {
    if (this.#state === state) return;
    this.#state = state;
    this.tell({ type: state, message });
  }

  #happened(happening: Happening): void {
    if (happening.type === 'stored') {
      const told = this.#stored.readTold(this.#id, happening.name, happening.text);
      if (told !== undefined) this.#adopt(told);
    } else this.#feed.happened(happening);
  }

  /** What another tab has just been told is as good as an answer of our own. */
  #adopt({ answer, atMs }: StoredAnswer): void {
    const { epochMs } = this.world.now();
    if (atMs <= (this.#holding?.atMs ?? 0) || atMs > epochMs + 1_000) return;
    this.#feed.confirmed(answer);
    this.#hold(answer, atMs);
  }
}
