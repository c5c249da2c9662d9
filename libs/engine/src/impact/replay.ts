import type { CompiledFlag, View } from '../compile/index.js';
import type { Evaluation, EvaluationContext } from '../model/index.js';

/** How many contexts went from one answer to another. An answer that is no variant is `undefined`: there is no such flag. */
export interface Passage {
  readonly from: string | undefined;
  readonly fromRule?: string;
  readonly to: string | undefined;
  readonly toRule?: string;
  readonly contexts: number;
}

export interface Replay {
  readonly flag: string;
  /** Only those that somebody took, equal ends included; they add up to the number of contexts. */
  readonly passages: readonly Passage[];
}

/**
 * Evaluates contexts under two views of one environment and counts who goes where, flag by flag. Ask only for flags that
 * can differ (`affectedFlags`).
 *
 * @param options.nowMs the one time at which everybody asks.
 */
export function replay(
  before: View,
  after: View,
  options: {
    readonly flags: readonly string[];
    readonly contexts: readonly EvaluationContext[];
    readonly nowMs: number;
  },
): Replay[] {
  return options.flags.map((flag) => ({
    flag,
    passages: passagesOf(
      { flag: before.flags.get(flag), missing: before.notFound },
      { flag: after.flags.get(flag), missing: after.notFound },
      options,
    ),
  }));
}

interface Side {
  readonly flag: CompiledFlag | undefined;
  readonly missing: Evaluation;
}

/** One flag at a time, so that its code and its counters stay near; answers are told apart by identity, which is cheap. */
function passagesOf(
  before: Side,
  after: Side,
  { contexts, nowMs }: { readonly contexts: readonly EvaluationContext[]; readonly nowMs: number },
): Passage[] {
  const [old, now] = [answersOf(before), answersOf(after)];
  const counts = new Float64Array(old.length * now.length);
  for (const context of contexts) {
    const from = before.flag === undefined ? before.missing : before.flag.evaluate(context, nowMs);
    const to = after.flag === undefined ? after.missing : after.flag.evaluate(context, nowMs);
    const place = old.indexOf(from) * now.length + now.indexOf(to);
    counts[place] = (counts[place] as number) + 1;
  }
  const counted = counts.reduce((sum, count) => sum + count, 0);
  if (counted !== contexts.length) throw new Error('an answer that the view did not announce');
  return [...counts].flatMap((count, place) => {
    if (count === 0) return [];
    return [passage(old[Math.floor(place / now.length)]!, now[place % now.length]!, count)];
  });
}

function answersOf({ flag, missing }: Side): readonly Evaluation[] {
  return flag === undefined ? [missing] : flag.answers();
}

function passage(from: Evaluation, to: Evaluation, contexts: number): Passage {
  return {
    from: from.variant,
    ...(from.ruleId === undefined ? {} : { fromRule: from.ruleId }),
    to: to.variant,
    ...(to.ruleId === undefined ? {} : { toRule: to.ruleId }),
    contexts,
  };
}
