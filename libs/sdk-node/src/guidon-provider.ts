import type { Evaluation, JsonValue } from '@guidon/engine/model';
import type {
  EvaluationContext,
  Provider,
  ResolutionDetails,
  TrackingEventDetails,
} from '@openfeature/server-sdk';
import {
  ErrorCode,
  OpenFeatureEventEmitter,
  ProviderEvents,
  ProviderNotReadyError,
} from '@openfeature/server-sdk';
import { GuidonClient } from './client.js';
import { createGuidon } from './create-guidon.js';
import { isOfType, messageOf } from './details.js';
import type { GuidonOptions } from './options.js';

type FlagMetadata = Record<string, string | number | boolean>;

/**
 * OpenFeature's provider. Answers are evaluated in this process and come as promises that are resolved already; while
 * the data is current they are made once for each answer that a flag can give.
 */
export class GuidonProvider implements Provider {
  readonly metadata = { name: 'guidon' } as const;
  readonly runsOn = 'server' as const;
  readonly events = new OpenFeatureEventEmitter();
  readonly #options: GuidonOptions | undefined;
  #client: GuidonClient;
  /** Before the end of `initialize` the OpenFeature SDK announces READY and ERROR itself. */
  #announcing = false;
  #unsubscribe: (() => void)[] = [];
  /** Ready-made answers; made anew when it changes where the data comes from. */
  #made = new WeakMap<Evaluation, Promise<ResolutionDetails<never>>>();
  #current = false;

  /** With options it makes a client of its own and closes it with OpenFeature; a client that is given stays yours. */
  constructor(clientOrOptions: GuidonClient | GuidonOptions) {
    const given = clientOrOptions instanceof GuidonClient ? clientOrOptions : undefined;
    this.#options = given === undefined ? (clientOrOptions as GuidonOptions) : undefined;
    this.#client = given ?? createGuidon(clientOrOptions as GuidonOptions);
    this.#listen();
  }

  /** The client, for hot paths that call it directly. */
  get client(): GuidonClient {
    return this.#client;
  }

  /** Resolves when there is something to evaluate, from whatever source; rejects when the time-out finds nothing. */
  async initialize(): Promise<void> {
    if (this.#client.status().state === 'closed' && this.#options !== undefined) {
      this.#client = createGuidon(this.#options);
      this.#listen();
    }
    const { trouble } = await this.#client.ready();
    // After the SDK has announced the outcome, which it does in the microtasks that follow.
    setImmediate(() => this.#beginToAnnounce());
    if (this.#client.status().generation !== undefined) return;
    throw new ProviderNotReadyError(trouble ?? 'There is nothing to evaluate yet.');
  }

  async onClose(): Promise<void> {
    this.#announcing = false;
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#unsubscribe = [];
    if (this.#options !== undefined) this.#client.close();
  }

  resolveBooleanEvaluation(key: string, fallback: boolean, context: EvaluationContext) {
    return this.#resolve(key, fallback, context, 'boolean');
  }

  resolveStringEvaluation(key: string, fallback: string, context: EvaluationContext) {
    return this.#resolve(key, fallback, context, 'string');
  }

  resolveNumberEvaluation(key: string, fallback: number, context: EvaluationContext) {
    return this.#resolve(key, fallback, context, 'number');
  }

  resolveObjectEvaluation<T>(key: string, fallback: T, context: EvaluationContext) {
    return this.#resolve(key, fallback, context, 'object');
  }

  /** OpenFeature's tracking: how one call went, see `GuidonClient.track`. */
  track(name: string, context: EvaluationContext, details: TrackingEventDetails): void {
    this.#client.track(name, context, details);
  }

  #resolve<T>(
    key: string,
    fallback: T,
    context: EvaluationContext,
    type: string,
  ): Promise<ResolutionDetails<T>> {
    const evaluation = this.#client.evaluation(key, context, type);
    if (evaluation === undefined) return failed(ErrorCode.PROVIDER_NOT_READY, key, fallback);
    const { value, errorCode } = evaluation;
    if (errorCode !== undefined || value === undefined) {
      return failed(ErrorCode[errorCode ?? 'GENERAL'], key, fallback, this.#about(evaluation));
    }
    if (!isOfType(value, type))
      return failed(ErrorCode.TYPE_MISMATCH, key, fallback, this.#about(evaluation));
    return (this.#made.get(evaluation) ?? this.#make(evaluation, value)) as Promise<ResolutionDetails<T>>;
  }

  #make(evaluation: Evaluation, value: JsonValue): Promise<ResolutionDetails<never>> {
    const { reason, variant } = evaluation;
    const flagMetadata = this.#about(evaluation);
    const details = {
      value: value as never,
      reason,
      flagMetadata,
      ...(variant !== undefined && { variant }),
    };
    const made = Promise.resolve(Object.freeze(details));
    // The age of data that is not current grows with every call, so those answers cannot be kept.
    if (this.#current) this.#made.set(evaluation, made);
    return made;
  }

  #about({ generation, ruleId }: Evaluation): FlagMetadata {
    const { source, ageMs, environment, revision, proof } = this.#client.status();
    const about: FlagMetadata = { source, generation };
    if (environment !== undefined) about.flagSetId = environment;
    if (revision !== undefined) about.version = revision;
    if (ruleId !== undefined) about.ruleId = ruleId;
    // While the data is current answers are kept, and both would grow old with them.
    if (!this.#current && proof !== undefined) about.proof = proof;
    if (!this.#current && ageMs !== undefined) about.ageMs = Math.round(ageMs);
    return Object.freeze(about);
  }

  #listen(): void {
    this.#setCurrent();
    this.#unsubscribe = [
      this.#client.on('ready', () => {
        this.#setCurrent();
        if (this.#announcing) this.events.emit(ProviderEvents.Ready);
      }),
      this.#client.on('stale', (message) => this.#degraded(ProviderEvents.Stale, message)),
      this.#client.on('error', (message) => this.#degraded(ProviderEvents.Error, message)),
      this.#client.on('change', (flags) => {
        if (this.#announcing)
          this.events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged: [...flags] });
      }),
    ];
  }

  #degraded(event: ProviderEvents.Stale | ProviderEvents.Error, message: string | undefined): void {
    this.#setCurrent();
    if (this.#announcing) this.events.emit(event, message === undefined ? {} : { message });
  }

  /** From here on changes are told; what happened while nobody was told is made good. */
  #beginToAnnounce(): void {
    this.#announcing = true;
    const { state, trouble, generation } = this.#client.status();
    if (generation !== undefined && (state === 'stale' || state === 'error')) {
      this.#degraded(state === 'stale' ? ProviderEvents.Stale : ProviderEvents.Error, trouble);
    }
  }

  #setCurrent(): void {
    const current = this.#client.status().state === 'ready';
    if (current === this.#current) return;
    this.#current = current;
    this.#made = new WeakMap();
  }
}

function failed<T>(
  errorCode: ErrorCode,
  key: string,
  value: T,
  flagMetadata?: FlagMetadata,
): Promise<ResolutionDetails<T>> {
  const errorMessage = messageOf(errorCode as Parameters<typeof messageOf>[0], key);
  const about = flagMetadata === undefined ? {} : { flagMetadata };
  return Promise.resolve({ value, reason: 'ERROR', errorCode, errorMessage, ...about });
}
