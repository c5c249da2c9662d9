import type { Condition, Evaluation, Ruleset, RulesetFlag } from '../model/index.js';
import { AnswerBook, failure } from './answers.js';
import { compileFlag } from './compile-flag.js';
import { compileCondition } from './condition.js';
import { conditionReadsNow, readsNow, referencesOf } from './dependencies.js';
import { withMemory } from './memory-scope.js';
import type { Program, Test } from './program.js';

/** One flag, compiled: shared by all views of a ruleset, whatever they kill. */
export interface FlagCode {
  /** The last net: what is answered when the program throws, which it should never do. */
  readonly failed: Evaluation;
  readonly decide: Program | Evaluation;
  readonly answers: readonly Evaluation[];
  readonly usesNow: boolean;
}

/** What evaluating a flag can lead to, other flags included. */
interface Reach {
  /** Flags evaluated at the worst, by place: a diamond counts twice. Infinite for a flag on a cycle or above one. */
  readonly evaluations: number;
  readonly usesNow: boolean;
}

/** The same answer for everybody. */
function certainly(answer: Evaluation): FlagCode {
  return { decide: answer, failed: answer, answers: [answer], usesNow: false };
}

const ON_CYCLE: Reach = { evaluations: Number.POSITIVE_INFINITY, usesNow: false };
const ABSENT: Reach = { evaluations: 1, usesNow: false };

/** From so many evaluations on a flag remembers, within one evaluation, what the flags below it answered. */
const REMEMBER_FROM = 64;

/** A ruleset with what has been compiled of it so far. Flags and segments are compiled at first use. */
export class FlagStore {
  readonly notFound: Evaluation;
  private readonly compiled = new Map<string, FlagCode>();
  private readonly disabledAnswers = new Map<string, Evaluation>();
  private readonly segments = new Map<string, Test>();
  private readonly segmentsWithNow = new Map<string, boolean>();
  private readonly reaches = new Map<string, Reach>();
  /** What `warm` has still to do; undefined until it begins. */
  private cold: string[] | undefined;

  constructor(
    readonly ruleset: Ruleset,
    readonly generation: number,
  ) {
    this.notFound = failure('FLAG_NOT_FOUND', generation);
  }

  has(key: string): boolean {
    return Object.hasOwn(this.ruleset.flags, key);
  }

  source(key: string): RulesetFlag | undefined {
    return this.has(key) ? this.ruleset.flags[key] : undefined;
  }

  /** The flag must exist. Never throws. */
  code(key: string): FlagCode {
    let code = this.compiled.get(key);
    if (code === undefined) {
      code = this.compile(this.ruleset.flags[key] as RulesetFlag, key);
      this.compiled.set(key, code);
    }
    return code;
  }

  /** What the flag answers while it is killed, also where it cannot be compiled. The flag must exist. Never throws. */
  disabled(key: string): Evaluation {
    const known = this.disabledAnswers.get(key);
    if (known !== undefined) return known;
    const made = this.makeDisabled(this.ruleset.flags[key] as RulesetFlag);
    this.disabledAnswers.set(key, made);
    return made;
  }

  /** Compiles at most `flags` more; true when none is left. */
  warm(flags: number): boolean {
    this.cold ??= Object.keys(this.ruleset.flags);
    for (let i = 0; i < flags; i++) {
      const key = this.cold.pop();
      if (key === undefined) return true;
      this.code(key);
    }
    return this.cold.length === 0;
  }

  private makeDisabled(flag: RulesetFlag): Evaluation {
    try {
      return new AnswerBook(flag, this.generation).answer(flag.safe, 'DISABLED');
    } catch {
      return failure('GENERAL', this.generation);
    }
  }

  private compile(flag: RulesetFlag, key: string): FlagCode {
    try {
      const book = new AnswerBook(flag, this.generation);
      const { evaluations, usesNow } = this.reach(key);
      const net = () => book.answer(flag.safe, 'ERROR', { errorCode: 'GENERAL' });
      // A cycle cannot be answered; `load` refuses it, so this is a ruleset from elsewhere.
      if (evaluations === Number.POSITIVE_INFINITY) return certainly(net());
      const decide = compileFlag(flag, { answers: book, segment: (name) => this.segment(name) });
      if (typeof decide !== 'function') return certainly(decide);
      const failed = net();
      const remembering = evaluations >= REMEMBER_FROM ? withMemory(decide) : decide;
      return { decide: remembering, failed, answers: book.all(), usesNow };
    } catch {
      return certainly(failure('GENERAL', this.generation));
    }
  }

  private segment(key: string): Test {
    const known = this.segments.get(key);
    if (known !== undefined) return known;
    // Until it is compiled a segment that names itself meets this and cannot recurse.
    this.segments.set(key, () => false);
    try {
      const test = compileCondition(this.segmentSource(key), (inner) => this.segment(inner));
      this.segments.set(key, test);
      return test;
    } catch (error) {
      this.segments.delete(key);
      throw error;
    }
  }

  private segmentSource(key: string): Condition {
    const { segments } = this.ruleset;
    if (!Object.hasOwn(segments, key)) throw new Error(`there is no segment "${key}"`);
    return segments[key] as Condition;
  }

  private segmentReadsNow(key: string): boolean {
    const known = this.segmentsWithNow.get(key);
    if (known !== undefined) return known;
    this.segmentsWithNow.set(key, false);
    const { segments } = this.ruleset;
    if (!Object.hasOwn(segments, key)) return false;
    const found = conditionReadsNow(segments[key] as Condition, (inner) => this.segmentReadsNow(inner));
    this.segmentsWithNow.set(key, found);
    return found;
  }

  /** Never throws: a flag that is too broken to be looked through must not take those above it along. */
  private reach(key: string): Reach {
    const flag = this.source(key);
    if (flag === undefined) return ABSENT;
    const known = this.reaches.get(key);
    if (known !== undefined) return known;
    this.reaches.set(key, ON_CYCLE);
    try {
      let evaluations = 1;
      let usesNow = readsNow(flag, (segment) => this.segmentReadsNow(segment));
      for (const reference of referencesOf(flag)) {
        const inner = this.reach(reference);
        evaluations += inner.evaluations;
        usesNow ||= inner.usesNow;
      }
      const reach = { evaluations, usesNow };
      this.reaches.set(key, reach);
      return reach;
    } catch {
      this.reaches.delete(key);
      return ABSENT;
    }
  }
}
