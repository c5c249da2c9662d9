import { type GuardedOutcomes, inCodePointOrder } from '../model/index.js';

/** What SDKs have to count for guards: those of latency look at durations, all others that name an outcome at failures. */
export function outcomesOf(
  guards: readonly { readonly type: string; readonly outcome?: string }[],
): GuardedOutcomes {
  const named = (isWanted: (type: string) => boolean) =>
    inCodePointOrder(
      new Set(
        guards.flatMap(({ type, outcome }) => (outcome !== undefined && isWanted(type) ? [outcome] : [])),
      ),
    );
  const failures = named((type) => type !== 'latency');
  const durations = named((type) => type === 'latency');
  return {
    ...(failures.length === 0 ? {} : { failures }),
    ...(durations.length === 0 ? {} : { durations }),
  };
}
