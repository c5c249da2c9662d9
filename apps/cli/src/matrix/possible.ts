import type { Assignment, MatrixFlag } from './matrix-flag.js';

/**
 * Whether a partial assignment can be completed without breaking a requirement. A flag at `safe` needs nothing, so only
 * what is pinned to something else pulls others with it; requirements have no circles, so this ends.
 */
export function canBe(flags: ReadonlyMap<string, MatrixFlag>, partial: Assignment): boolean {
  return pull(flags, partial) !== undefined;
}

function pull(flags: ReadonlyMap<string, MatrixFlag>, given: Assignment): Assignment | undefined {
  for (const [key, variant] of Object.entries(given)) {
    const { safe, requires } = flags.get(key) as MatrixFlag;
    if (variant === safe) continue;
    for (const { flag, variants } of requires) {
      const served = given[flag];
      if (served !== undefined && variants.includes(served)) continue;
      if (served !== undefined) return undefined;
      for (const choice of choices(flags.get(flag) as MatrixFlag, variants)) {
        const found = pull(flags, { ...given, [flag]: choice });
        if (found !== undefined) return found;
      }
      return undefined;
    }
  }
  return given;
}

/** Of the flag's own variants, `safe` first, since it pulls nothing with it. */
function choices({ variants }: MatrixFlag, wanted: readonly string[]): readonly string[] {
  return variants.filter((variant) => wanted.includes(variant));
}

/** Puts to `safe` whatever a requirement does not let be anything else, as serving does. */
export function settled(flags: ReadonlyMap<string, MatrixFlag>, wanted: Assignment): Assignment {
  const result: { [flag: string]: string } = { ...wanted };
  for (let changed = true; changed; ) {
    changed = false;
    for (const { key, safe, requires } of flags.values()) {
      const unmet = requires.some(({ flag, variants }) => !variants.includes(result[flag] as string));
      if (!unmet || result[key] === safe) continue;
      result[key] = safe;
      changed = true;
    }
  }
  return result;
}
