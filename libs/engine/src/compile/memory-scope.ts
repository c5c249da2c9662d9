import type { EvaluationContext } from '../model/index.js';
import type { Program, Scope } from './program.js';

/**
 * Remembers, within one evaluation, what other flags served. Requirements can fan out and meet again, and each level
 * of such diamonds would double the work; with this it stays one evaluation a flag.
 */
class MemoryScope implements Scope {
  private readonly variants = new Map<string, string | undefined>();

  constructor(private readonly outer: Scope) {}

  variantOf(key: string, context: EvaluationContext, nowMs: number, scope: Scope): string | undefined {
    if (this.variants.has(key)) return this.variants.get(key);
    const variant = this.outer.variantOf(key, context, nowMs, scope);
    this.variants.set(key, variant);
    return variant;
  }
}

/** The same program, which remembers. It allocates, so it is for flags that can reach very many others. */
export function withMemory(program: Program): Program {
  return (context, nowMs, scope) =>
    program(context, nowMs, scope instanceof MemoryScope ? scope : new MemoryScope(scope));
}
