import { diffSnapshots, type FlagChange } from '@guidon/engine/diff';
import { load, type Past } from '@guidon/engine/load';
import type { Finding, Snapshot, SourceFile } from '@guidon/engine/model';

export interface Rehearsal {
  /** Errors of the earlier revision when it is loaded by itself, as a server does that serves it again. */
  readonly errors: readonly Finding[];
  /** What serving it instead of the present one would change; empty when it cannot be served at all. */
  readonly changes: readonly FlagChange[];
  /** Flags of the present one that the earlier does not have and `git revert` cannot take away, since something became of them (archive them first). */
  readonly stay: readonly string[];
  /** Of both revisions, in the order of `guidon.yaml`. */
  readonly environments: readonly string[];
  /** How many flags the earlier revision has. */
  readonly flags: number;
  /** What kept the present revision from being loaded whole; its files with errors are left out of the comparison. */
  readonly presentErrors: readonly Finding[];
}

/** Plays through what going back would do: pure, from the files of two revisions. */
export function rehearse(
  present: readonly SourceFile[],
  earlier: readonly SourceFile[],
  { nowMs, past }: { readonly nowMs: number; readonly past?: Past },
): Rehearsal {
  const now = load({ files: present, nowMs });
  const then = load({ files: earlier, nowMs });
  const { snapshot: previous } = now;
  const back =
    previous === undefined
      ? undefined
      : load({ files: earlier, nowMs, previous, ...(past === undefined ? {} : { past }) });
  const refused = new Set(
    back?.findings.filter(({ code }) => code === 'delete-live-flag').map(({ path }) => path),
  );
  const stay = [...(previous?.flags.values() ?? [])].filter(({ path }) => refused.has(path));
  return {
    errors: errorsIn(then.findings),
    changes: changesBetween(now.snapshot, then.snapshot),
    stay: stay.map(({ key }) => key).sort(),
    environments: environmentsOf(now.snapshot, then.snapshot),
    flags: then.snapshot?.flags.size ?? 0,
    presentErrors: errorsIn(now.findings),
  };
}

function errorsIn(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ severity }) => severity === 'error');
}

function changesBetween(now: Snapshot | undefined, then: Snapshot | undefined): FlagChange[] {
  return now === undefined || then === undefined ? [] : diffSnapshots(now, then);
}

function environmentsOf(...snapshots: readonly (Snapshot | undefined)[]): string[] {
  const ids = snapshots.flatMap((one) => one?.project.environments.map(({ id }) => id) ?? []);
  return [...new Set(ids)];
}
