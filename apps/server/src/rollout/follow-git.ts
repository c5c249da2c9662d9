import { canonicalJson, type Flag, type Outcome, type Position, type Snapshot } from '@guidon/engine/model';
import {
  type FlagFile,
  type GitEvent,
  hasEnded,
  hasNotBegun,
  isSameRollout,
  type RolloutState,
  type RolloutTerms,
  termsOf,
} from '@guidon/policy/rollout';

/** What everybody in an environment has, and what is known of its rollouts. */
export interface GitQuestion {
  readonly environment: string;
  /** What is live for everybody: what is held, pinned away or in a wave starts nothing. */
  readonly snapshot: Pick<Snapshot, 'flags' | 'files'>;
  readonly commit: string;
  readonly rows: ReadonlyMap<string, RolloutState>;
  readonly positions: readonly Position[];
}

/** Who wrote a file is asked of the database, so it is filled in later. */
export type GitChange = { readonly flag: string; readonly event: GitEvent; readonly path?: string };

/** What the live files say that the rows do not know yet, one event a flag at most. Pure. */
export function followGit(question: GitQuestion): readonly GitChange[] {
  const { environment, snapshot, rows } = question;
  const changes: GitChange[] = [];
  for (const flag of snapshot.flags.values()) {
    const terms = flag.archived === undefined ? termsOf(flag, environment) : undefined;
    if (terms === undefined) continue;
    const event = eventOf(question, flag, terms);
    if (event !== undefined) changes.push({ flag: flag.key, event, path: flag.path });
  }
  for (const [key, state] of rows) {
    const flag = snapshot.flags.get(key);
    const isThere = flag !== undefined && flag.archived === undefined && hasRollout(flag, environment);
    if (isThere || !state.isInFile) continue;
    const servesTo = servesToEverybody(flag, environment, state.terms.to);
    changes.push({ flag: key, event: { kind: 'removed', servesTo, commit: question.commit } });
  }
  return changes;
}

function hasRollout(flag: Flag, environment: string): boolean {
  return flag.environments.get(environment)?.rollout !== undefined;
}

function eventOf(question: GitQuestion, flag: Flag, terms: RolloutTerms): GitEvent | undefined {
  const { commit, rows, snapshot, positions } = question;
  const file: FlagFile = { blob: snapshot.files.get(flag.path)?.blob ?? '', authors: [] };
  const state = rows.get(flag.key);
  // What is on its way back gets there first.
  if (state?.isInFile === false && !hasEnded(state)) return undefined;
  if (state === undefined || !state.isInFile) {
    // A row of a rollout that was taken out says itself what there was; only without one is the position all that is left.
    const position = state === undefined ? positions.find((one) => one.flag === flag.key) : undefined;
    const reached = position === undefined ? {} : { reached: position.reached };
    return { kind: 'declared', terms, file, hasServedTo: position !== undefined, ...reached, commit };
  }
  const isSameFile = state.file.blob === file.blob;
  const isOver = hasEnded(state) || state.phase === 'rolling-back';
  if (isOver) return isSameFile ? undefined : { kind: 'plan-changed', terms, file, commit };
  const isLater = hasNotBegun(state) && terms.startMs !== state.terms.startMs;
  if (isLater || !isSameRollout(state.offered ?? state.terms, terms))
    return { kind: 'plan-changed', terms, file, commit };
  return isSameFile ? undefined : { kind: 'file-changed', file, commit };
}

/** Whether the last line gives everybody what was rolled out (sentence 35). */
function servesToEverybody(flag: Flag | undefined, environment: string, to: Outcome): boolean {
  if (flag === undefined) return false;
  const serve = flag.archived?.serve;
  const rest = serve === undefined ? flag.environments.get(environment)?.rest : { serve };
  return rest !== undefined && canonicalJson(rest) === canonicalJson(to);
}

/** The terms that the live flag file offers now, and the version of the file; `undefined`: it has no rollout. */
export function termsInFile(
  live: {
    current(environment: string): { readonly snapshot: Pick<Snapshot, 'flags' | 'files'> } | undefined;
  },
  { environment, flag: key }: { readonly environment: string; readonly flag: string },
): { readonly terms: RolloutTerms; readonly blob: string } | undefined {
  const snapshot = live.current(environment)?.snapshot;
  const flag = snapshot?.flags.get(key);
  const terms = flag === undefined || flag.archived !== undefined ? undefined : termsOf(flag, environment);
  if (flag === undefined || terms === undefined) return undefined;
  return { terms, blob: snapshot?.files.get(flag.path)?.blob ?? '' };
}
