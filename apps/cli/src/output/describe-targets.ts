import type { KillDocument } from '@guidon/protocol';
import { printable } from './paint.js';

/**
 * What a kill holds where, one line for each set of flags: environments that hold the same flags stand together, since
 * most presses mean the same flags everywhere.
 */
export function describeTargets(targets: KillDocument['targets']): string[] {
  const flagsIn = new Map<string, string[]>();
  for (const { flag, environment } of targets) {
    flagsIn.set(environment, [...(flagsIn.get(environment) ?? []), flag]);
  }
  const environmentsOf = new Map<string, string[]>();
  for (const [environment, flags] of flagsIn) {
    const list = flags.sort().join(', ');
    environmentsOf.set(list, [...(environmentsOf.get(list) ?? []), environment]);
  }
  return [...environmentsOf].map(([flags, environments]) =>
    printable(`${environments.join(', ')}: ${flags}`),
  );
}
