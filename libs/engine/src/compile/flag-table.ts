import type { Evaluation, EvaluationContext, ValueType } from '../model/index.js';
import type { FlagStore } from './flag-store.js';
import type { Program, Scope } from './program.js';
import type { CompiledFlag } from './view.js';

const NOBODY: EvaluationContext = Object.freeze({});

/** One flag in one view. */
class ViewFlag implements CompiledFlag {
  /** Set once compiled, when the flag has one answer for everybody. */
  private certain: Evaluation | undefined;
  private program: Program | undefined;
  private failed: Evaluation | undefined;
  private now: boolean | undefined;

  constructor(
    readonly key: string,
    private readonly store: FlagStore,
    private readonly table: FlagTable,
  ) {}

  get type(): ValueType {
    return (this.store.ruleset.flags[this.key] as { type: ValueType }).type;
  }

  get usesNow(): boolean {
    if (this.now === undefined) this.prepare();
    return this.now as boolean;
  }

  evaluate(context: EvaluationContext, nowMs: number): Evaluation {
    if (this.certain !== undefined) return this.certain;
    const { program } = this;
    if (program === undefined) {
      this.prepare();
      return this.evaluate(context, nowMs);
    }
    try {
      const given = typeof context === 'object' && context !== null ? context : NOBODY;
      return program(given, nowMs, this.table);
    } catch {
      return this.failed as Evaluation;
    }
  }

  /** Within the evaluation of another flag: that one holds the net. */
  answerWithin(context: EvaluationContext, nowMs: number, scope: Scope): Evaluation {
    if (this.certain === undefined && this.program === undefined) this.prepare();
    return this.certain ?? (this.program as Program)(context, nowMs, scope);
  }

  answers(): readonly Evaluation[] {
    const { store, key } = this;
    return this.table.killed.has(key) ? [store.disabled(key)] : store.code(key).answers;
  }

  private prepare(): void {
    if (this.table.killed.has(this.key)) {
      this.certain = this.store.disabled(this.key);
      this.now = false;
      return;
    }
    const { decide, failed, usesNow } = this.store.code(this.key);
    this.now = usesNow;
    this.failed = failed;
    if (typeof decide === 'function') this.program = decide;
    else this.certain = decide;
  }
}

/**
 * The flags of one view as a read-only map. Entries are made when they are first asked for, so that a view costs
 * nothing per flag: neither loading it nor laying kills over it looks at flags that nobody evaluates.
 */
export class FlagTable implements ReadonlyMap<string, CompiledFlag>, Scope {
  private readonly made = new Map<string, ViewFlag>();

  constructor(
    readonly store: FlagStore,
    readonly killed: ReadonlySet<string>,
  ) {}

  get size(): number {
    return Object.keys(this.store.ruleset.flags).length;
  }

  get(key: string): CompiledFlag | undefined {
    return this.made.get(key) ?? this.make(key);
  }

  has(key: string): boolean {
    return this.store.has(key);
  }

  variantOf(key: string, context: EvaluationContext, nowMs: number, scope: Scope): string | undefined {
    const flag = this.made.get(key) ?? this.make(key);
    return flag?.answerWithin(context, nowMs, scope).variant;
  }

  forEach(callback: (flag: CompiledFlag, key: string, map: ReadonlyMap<string, CompiledFlag>) => void): void {
    for (const [key, flag] of this.entries()) callback(flag, key, this);
  }

  *keys(): MapIterator<string> {
    yield* Object.keys(this.store.ruleset.flags);
  }

  *values(): MapIterator<CompiledFlag> {
    for (const [, flag] of this.entries()) yield flag;
  }

  *entries(): MapIterator<[string, CompiledFlag]> {
    for (const key of this.keys()) yield [key, this.get(key) as CompiledFlag];
  }

  [Symbol.iterator](): MapIterator<[string, CompiledFlag]> {
    return this.entries();
  }

  /** Unknown keys are not remembered: a caller that makes them up must not fill the memory. */
  private make(key: string): ViewFlag | undefined {
    if (!this.store.has(key)) return undefined;
    const flag = new ViewFlag(key, this.store, this);
    this.made.set(key, flag);
    return flag;
  }
}
