import type { UsageDocument } from '@guidon/protocol';

/** What a server hears, by environment. */
export type Traffic = ReadonlyMap<string, EnvironmentTraffic>;

export interface EnvironmentTraffic {
  /** Evaluations an hour, by flag. */
  readonly perHour: ReadonlyMap<string, number>;
  /** Absent: it does not tell. */
  readonly outcomes?: ReadonlySet<string>;
}

/** Counts of less than an hour say nothing about an hour. */
export function trafficIn({ environments }: UsageDocument): Traffic {
  return new Map(
    environments.map(({ environment, covered, answers, outcomes }): [string, EnvironmentTraffic] => {
      const hours = covered === null ? 0 : (Date.parse(covered.to) - Date.parse(covered.from)) / 3_600_000;
      const perHour = new Map<string, number>();
      for (const { flag, evaluations } of hours >= 1 ? answers : [])
        perHour.set(flag, (perHour.get(flag) ?? 0) + evaluations / hours);
      return [environment, { perHour, ...(outcomes === undefined ? {} : { outcomes: new Set(outcomes) }) }];
    }),
  );
}
