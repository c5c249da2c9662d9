import {
  type ErrorCode,
  type EvaluationContext,
  type JsonValue,
  OpenFeatureEventEmitter,
  type Provider,
  ProviderEvents,
  ProviderNotReadyError,
  type ResolutionDetails,
} from '@openfeature/web-sdk';
import { type GuidonWebOptions, readOptions, type Settings } from './options.js';
import { resolveFlag } from './resolve-flag.js';
import { type Notice, WebFlags } from './web-flags.js';
import { browserWorld, type World } from './world.js';

/** OpenFeature's provider for pages: the server evaluates, values are held here, and evaluations answer at once. */
export class GuidonWebProvider implements Provider {
  readonly metadata = { name: 'guidon-web' } as const;
  readonly runsOn = 'client' as const;
  /** It holds the values of one context, so that two domains need two of them. */
  readonly domainScoped = true;
  readonly events = new OpenFeatureEventEmitter();
  readonly #settings: Settings;
  readonly #world: World;
  #flags: WebFlags | undefined;
  /** While the OpenFeature SDK waits for us it announces the outcome itself. */
  #awaited = 0;
  /** What came meanwhile. */
  #missed: Notice[] = [];

  /** `world` is for tests: it is what the page's own browser offers otherwise. */
  constructor(options: GuidonWebOptions, world: World = browserWorld()) {
    this.#settings = readOptions(options);
    this.#world = world;
  }

  /** Resolves when there are values, from the last visit or from the server; rejects when the time-out finds none. */
  initialize(context?: EvaluationContext): Promise<void> {
    this.#flags?.close();
    this.#flags = new WebFlags(this.#world, this.#settings, (notice) => this.#told(notice));
    return this.#turnTo(context);
  }

  /** Resolves when there are values for the new context; rejects when the time-out finds none. */
  onContextChange(_old: EvaluationContext, context: EvaluationContext): Promise<void> {
    return this.#turnTo(context);
  }

  async onClose(): Promise<void> {
    this.#flags?.close();
    this.#flags = undefined;
  }

  resolveBooleanEvaluation(key: string, fallback: boolean): ResolutionDetails<boolean> {
    return this.#resolve(key, fallback, 'boolean');
  }

  resolveStringEvaluation(key: string, fallback: string): ResolutionDetails<string> {
    return this.#resolve(key, fallback, 'string');
  }

  resolveNumberEvaluation(key: string, fallback: number): ResolutionDetails<number> {
    return this.#resolve(key, fallback, 'number');
  }

  resolveObjectEvaluation<T extends JsonValue>(key: string, fallback: T): ResolutionDetails<T> {
    return this.#resolve(key, fallback, 'object');
  }

  #resolve<T>(key: string, fallback: T, type: string): ResolutionDetails<T> {
    const { holding, state = 'starting', trouble = 'The provider is closed.' } = this.#flags ?? {};
    const nowMs = this.#world.now().epochMs;
    const resolved = resolveFlag({ key, fallback, type, holding, state, nowMs, trouble });
    return resolved as ResolutionDetails<T> & { errorCode?: ErrorCode };
  }

  async #turnTo(context: EvaluationContext | undefined): Promise<void> {
    const flags = this.#flags;
    if (flags === undefined) return;
    this.#awaited += 1;
    const held = await flags.use(context);
    // After the SDK has announced the outcome, which it does in the microtasks that follow.
    this.#world.after(0, () => {
      this.#awaited -= 1;
      this.#makeGood(flags);
    });
    if (!held) throw new ProviderNotReadyError(flags.trouble);
  }

  #told(notice: Notice): void {
    if (this.#awaited > 0) this.#missed.push(notice);
    else this.#emit(notice);
  }

  /** The SDK now says READY, or ERROR if there are no values. */
  #makeGood(flags: WebFlags): void {
    if (this.#awaited > 0 || flags !== this.#flags) return;
    const missed = this.#missed.splice(0);
    const { state, trouble: message } = flags;
    const seen = missed.findLast(({ type }) => type !== 'change');
    if (flags.holding !== undefined && (state === 'stale' || state === 'error'))
      this.#emit({ type: state, message });
    else if (seen !== undefined) this.#emit(seen);
    const changed = missed.flatMap((notice) => (notice.type === 'change' ? notice.flags : []));
    if (changed.length > 0) this.#emit({ type: 'change', flags: [...new Set(changed)] });
  }

  #emit(notice: Notice): void {
    if (notice.type === 'ready') this.events.emit(ProviderEvents.Ready);
    else if (notice.type === 'change')
      this.events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged: [...notice.flags] });
    else {
      const event = notice.type === 'stale' ? ProviderEvents.Stale : ProviderEvents.Error;
      this.events.emit(event, { message: notice.message });
    }
  }
}
