import type { Finding, Flag, Project, Snapshot, SourceFile } from '../../model/index.js';
import { resolve } from '../../resolve/index.js';
import { createDocumentCache, type DocumentCache, load } from '../index.js';
import { relatedFiles } from './related-files.js';

/**
 * `refused`: an error, so the file stays at its last good version. `same`: accepted, and everybody is served as
 * before. `changed`: accepted, and something means another thing than its author wrote.
 */
export type Judgement = 'refused' | 'same' | 'changed';

export interface EditJudge {
  /** The project with this one file's text replaced, judged against the project as it is. */
  judge(path: string, text: string): Judgement;
}

export interface JudgeOptions {
  readonly nowMs: number;
  /** UTF-8. */
  encode(text: string): Uint8Array;
  /** Load the whole project for each edit, also the flags that cannot notice it. */
  readonly whole: boolean;
}

/**
 * Judges edits of a good project. The project is loaded for each as the first revision of an empty store (so that no
 * comparison with the live version helps), with the tests beside the flags in force.
 */
export function createEditJudge(files: readonly SourceFile[], options: JudgeOptions): EditJudge {
  const { snapshot } = loadClean(files, options);
  const benches = new Map<string, Bench>();
  let edits = 0;

  function benchFor(path: string): Bench {
    const known = benches.get(path);
    if (known !== undefined) return known;
    const around = options.whole ? files : relatedFiles(files, snapshot, path);
    const bench = loadClean(around, options);
    benches.set(path, bench);
    return bench;
  }

  return {
    judge: (path, text) => {
      edits += 1;
      const { files: around, cache, meaning } = benchFor(path);
      const edited = { path, blob: `edit-${edits}`, bytes: options.encode(text) };
      const loaded = load({
        files: around.map((file) => (file.path === path ? edited : file)),
        nowMs: options.nowMs,
        cache,
      });
      const refused = loaded.findings.some(({ severity }) => severity === 'error');
      if (loaded.snapshot === undefined || refused) return 'refused';
      return meaningOf(loaded.snapshot) === meaning ? 'same' : 'changed';
    },
  };
}

interface Bench {
  readonly files: readonly SourceFile[];
  readonly cache: DocumentCache;
  readonly snapshot: Snapshot;
  readonly meaning: string;
}

function loadClean(files: readonly SourceFile[], { nowMs }: JudgeOptions): Bench {
  const cache = createDocumentCache();
  const { snapshot, findings } = load({ files, nowMs, cache });
  if (snapshot === undefined || findings[0] !== undefined) {
    throw new Error(`The project must be clean before it is edited: ${describe(findings[0])}`);
  }
  return { files, cache, snapshot, meaning: meaningOf(snapshot) };
}

function describe(finding: Finding | undefined): string {
  return finding === undefined ? 'no snapshot' : `${finding.path}:${finding.line} ${finding.sentence}`;
}

/**
 * Everything that a file can mean: the rulesets of all environments, and what is in none of them, such as owner,
 * dates, tags, rollouts and their plans, waves, teams. Only texts for people are left out.
 */
function meaningOf(snapshot: Snapshot): string {
  const rulesets = snapshot.project.environments.map(({ id }) => resolve(snapshot, [], id, 'r'));
  const flags = [...snapshot.flags.values()].map(meaningOfFlag).sort(byKey);
  const owners = [...snapshot.segments.values()].map(({ key, owner, when }) => ({ key, owner, when }));
  return JSON.stringify([rulesets, flags, owners.sort(byKey), meaningOfProject(snapshot.project)]);
}

function byKey(a: { key: string }, b: { key: string }): number {
  return a.key < b.key ? -1 : 1;
}

function meaningOfFlag(flag: Flag) {
  const { key, type, owner, expires, review, essential, archived } = flag;
  const rollouts = [...flag.environments]
    .flatMap(([id, { rollout }]) => (rollout === undefined ? [] : [[id, rollout] as const]))
    .sort(byName);
  return {
    key,
    type,
    owner,
    expires,
    review,
    essential,
    archived,
    tags: [...flag.tags].sort(),
    waived: [...flag.waive.keys()].sort(),
    rollouts,
  };
}

function meaningOfProject(project: Project) {
  const { name, timezone, access, limits, commits, tags } = project;
  return {
    name,
    timezone,
    access,
    limits,
    commits,
    tags,
    environments: project.environments.map(({ freeze, ...rest }) => ({
      ...rest,
      freeze: freeze.map(({ fromMs, toMs }) => [fromMs, toMs]),
    })),
    attributes: [...project.attributes].sort(byName),
    teams: [...project.teams].map(([id, { members }]) => [id, members] as const).sort(byName),
    plans: [...project.plans].sort(byName),
  };
}

function byName(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : 1;
}
