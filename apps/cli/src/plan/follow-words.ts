import type { Condition, Flag } from '@guidon/engine/model';
import { listed } from './figures.js';
import type { PlanLine } from './plan-document.js';

/** Why a flag whose own file says the same serves something else: others that it asks for change. */
export function followLine(flag: Flag, environment: string, changed: ReadonlySet<string>): PlanLine {
  const here = flag.environments.get(environment);
  const asked = new Set([
    ...flag.requires.map((one) => one.flag),
    ...(here?.rules ?? []).flatMap(({ when }) => flagsIn(when)),
  ]);
  const names = [...asked].filter((key) => changed.has(key));
  const whom = names.length === 0 ? 'a flag or segment' : listed(names, 'and');
  return {
    kind: 'follows',
    text: `Nothing is written differently here; it follows from ${whom}, which it asks for.`,
  };
}

function flagsIn(condition: Condition): string[] {
  switch (condition.op) {
    case 'all':
    case 'any':
      return condition.of.flatMap(flagsIn);
    case 'not':
      return flagsIn(condition.of);
    case 'flag':
      return [condition.flag];
    default:
      return [];
  }
}
