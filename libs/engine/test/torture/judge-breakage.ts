import { isDeepStrictEqual } from 'node:util';
import { createDocumentCache, load, positionAt } from '../../src/load/index.js';
import type { Finding, Flag, Position, Snapshot, SourceFile } from '../../src/model/index.js';
import { resolve } from '../../src/resolve/index.js';
import { type Breakage, broken } from './breakages.js';

export interface Judged {
  readonly breakage: Breakage;
  /** Something stays at its last good version; otherwise the whole revision goes live. */
  readonly refused: boolean;
  readonly findings: readonly Finding[];
  /** What must not be, in sentences; empty when the loader did as promised. */
  readonly complaints: readonly string[];
}

export interface Bench {
  readonly live: Snapshot;
  judge(breakage: Breakage): Judged;
}

/** Ruleset entries and segments by environment, as canonical text. */
type Served = ReadonlyMap<string, string>;

/** What a project is like before it is broken: its files, what is live of it, and what that serves. */
interface Whole {
  readonly files: readonly SourceFile[];
  readonly live: Snapshot;
  readonly served: Served;
}

/** The sample with all its rollouts begun, so that there is much that a bad file could change. */
export function createBench(files: readonly SourceFile[], nowMs: number): Bench {
  const cache = createDocumentCache();
  const first = load({ files, nowMs, cache });
  if (first.snapshot === undefined || first.state !== 'accepted')
    throw new Error('The sample must be clean.');
  const live = first.snapshot;
  const positions = [...live.flags.values()].flatMap(positionsOf);
  const whole: Whole = { files, live, served: served(live, positions) };
  const coldStart = (snapshot: Snapshot, revision: readonly SourceFile[]): Served | undefined => {
    const restored = load({ files: storedFiles(snapshot, [...revision, ...files]), nowMs, cache });
    return restored.state === 'accepted' ? served(restored.snapshot as Snapshot, positions) : undefined;
  };
  const judge = (breakage: Breakage): Judged => {
    const after = broken(files, breakage);
    const { findings, frozen, snapshot } = load({ files: after, previous: live, positions, nowMs, cache });
    const refused = frozen.length > 0;
    const now: Served = snapshot === undefined ? new Map() : served(snapshot, positions);
    // A store that holds the same versions as before begins as it did before.
    const isSameStore = snapshot !== undefined && versions(snapshot) === versions(live);
    const again = snapshot === undefined || isSameStore ? now : coldStart(snapshot, after);
    const complaints = [
      ...changesOfOthers(breakage, refused, { whole, now }),
      ...differences(now, again),
      ...(refused ? whyUnnamed(breakage, findings) : whyUntold(breakage, findings, { live, now: snapshot })),
      ...findings.filter(({ code }) => code === 'cannot-read').map(({ sentence }) => sentence),
    ];
    return { breakage, refused, findings, complaints };
  };
  return { live, judge };
}

function positionsOf(flag: Flag): Position[] {
  return [...flag.environments].flatMap(([id, { rollout }]) => {
    const stage = rollout?.plan.stages[1] ?? rollout?.plan.stages[0];
    return stage === undefined ? [] : (positionAt(flag, id, stage.id) ?? []);
  });
}

function served(snapshot: Snapshot, positions: readonly Position[]): Served {
  const found = new Map<string, string>();
  for (const { id } of snapshot.project.environments) {
    const { flags, segments } = resolve(snapshot, positions, id, 'r');
    for (const [key, flag] of Object.entries(flags)) found.set(`${id} flag ${key}`, JSON.stringify(flag));
    for (const [key, when] of Object.entries(segments))
      found.set(`${id} segment ${key}`, JSON.stringify(when));
  }
  return found;
}

function versions({ files }: Snapshot): string {
  return [...files.values()]
    .map(({ path, blob }) => `${path}:${blob}`)
    .sort()
    .join('\n');
}

/** The last good version of every file, as a store keeps them: what a server with an empty memory begins from. */
function storedFiles(snapshot: Snapshot, known: readonly SourceFile[]): SourceFile[] {
  const bytes = new Map(known.map((file) => [file.blob, file.bytes]));
  return [...snapshot.files.values()].map(({ path, blob }) => ({
    path,
    blob,
    bytes: bytes.get(blob) as Uint8Array,
  }));
}

function differences(now: Served, again: Served | undefined): string[] {
  if (again === undefined) return ['what is live does not load again from the store'];
  const names = new Set([...now.keys(), ...again.keys()]);
  return [...names]
    .filter((name) => now.get(name) !== again.get(name))
    .map((name) => `${name} is served otherwise after a cold start`);
}

/** A refused file changes nothing at all; one that is accepted only what it defines itself. */
function changesOfOthers(
  breakage: Breakage,
  refused: boolean,
  { whole, now }: { whole: Whole; now: Served },
): string[] {
  const name = nameOf(breakage.path);
  // An archived flag may be deleted, also when what comes in its place is refused.
  const isArchived = whole.live.flags.get(name.replace(/^flag /, ''))?.archived !== undefined;
  const own = refused && !isArchived ? undefined : name;
  return [...whole.served].flatMap(([what, entry]) => {
    const isOwn = own !== undefined && what.endsWith(` ${own}`);
    // A segment that no flag asks for any more is in no ruleset.
    const isUnused = own !== undefined && what.includes(' segment ') && !now.has(what);
    return isOwn || isUnused || now.get(what) === entry ? [] : [`${what} is served otherwise`];
  });
}

function nameOf(path: string): string {
  const stem = path.slice(path.lastIndexOf('/') + 1).replace(/(\.test)?\.yaml$/, '');
  return path.startsWith('segments/') ? `segment ${stem}` : `flag ${stem}`;
}

/** An error must point at the broken file (or at what took its place), at a line of it, and at the field. */
function whyUnnamed(breakage: Breakage, findings: readonly Finding[]): string[] {
  const errors = findings.filter((finding) => finding.severity === 'error' && isAbout(finding, breakage));
  if (errors.length === 0) return ['no error names the file'];
  const lines = breakage.after.map(({ bytes }) => new TextDecoder().decode(bytes).split('\n').length);
  const most = Math.max(1, ...lines);
  const astray = errors.find(({ line, column }) => line < 1 || line > most || column < 1);
  if (astray !== undefined) return [`${astray.code} points at line ${astray.line} of ${most}`];
  const { pointer } = breakage;
  // A field that is gone is missed wherever it was needed.
  // What only other files object to is a whole file that says something else; they are named, in the sentence.
  if (pointer === undefined || breakage.kind === 'cut out') return [];
  if (errors.some(({ code }) => ELSEWHERE.has(code))) return [];
  return errors.some((error) => isNear(error.pointer, pointer)) ? [] : [`no error points at ${pointer}`];
}

const ELSEWHERE: ReadonlySet<string> = new Set(['test-failed', 'breaks-other-file', 'test-refused']);

function isAbout({ path }: Finding, breakage: Breakage): boolean {
  return path === breakage.path || breakage.after.some((file) => file.path === path);
}

/** At the field, at what holds it, or at a part of it. Of two variants that differ in type, either may be the wrong one. */
function isNear(pointer: string, field: string): boolean {
  if (field.startsWith('/variants/')) return pointer.startsWith('/variants');
  const parent = field.slice(0, field.lastIndexOf('/'));
  return pointer === field || pointer === parent || pointer.startsWith(`${field}/`);
}

/**
 * What goes live after all is told at least, where it may well be an accident. An empty text is a value where the
 * language allows one (sentence 3).
 */
const TOLD = /^(blank: (?!"")|deleted|truncated)/;

function whyUntold(
  breakage: Breakage,
  findings: readonly Finding[],
  { live, now }: { live: Snapshot; now: Snapshot | undefined },
): string[] {
  if (!TOLD.test(breakage.kind) || saysTheSame(live, now)) return [];
  return findings.some((finding) => isAbout(finding, breakage)) ? [] : ['nothing is said about it'];
}

/** A cut may take away only what says nothing, such as a default that was spelt out. */
function saysTheSame(live: Snapshot, now: Snapshot | undefined): boolean {
  if (now === undefined) return false;
  const parts = ['project', 'segments', 'flags', 'tests'] as const;
  return parts.every((part) => isDeepStrictEqual(live[part], now[part]));
}
