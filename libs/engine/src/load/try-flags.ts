import type { Finding, Flag, FlagTests, Snapshot, SourceFile } from '../model/index.js';
import type { RawTestFile } from '../schema/test-schema.js';
import { readDocument } from './document.js';
import { folderOf, placeOf } from './file-place.js';
import { load } from './load.js';
import { flagTestOutcomes, type TestOutcome } from './run-flag-tests.js';
import { bindTests } from './tests-binder.js';

/** What a flag's tests say, case by case; passed or not, where `load` only says what failed. */
export interface TriedFlag {
  readonly key: string;
  /** Of the flag's file; of the tests where there is no flag. */
  readonly path: string;
  /** Absent where the flag cannot be served at all, for the reasons in `findings`. */
  readonly flag?: Flag;
  /** Absent without a test file. */
  readonly testPath?: string;
  readonly outcomes: readonly TestOutcome[];
  /** Errors of the flag or of its test file that keep the tests from being run. */
  readonly findings: readonly Finding[];
}

export interface Trial {
  /** As if there were no tests: every flag that is good in itself. Absent without a usable `guidon.yaml`. */
  readonly snapshot: Snapshot | undefined;
  readonly flags: readonly TriedFlag[];
  /** Errors of the project and of segments. */
  readonly findings: readonly Finding[];
}

/** Runs the tests of every flag on a set of files. Pure and total, as `load` is. */
export function tryFlags(files: readonly SourceFile[], nowMs: number): Trial {
  const isTest = ({ path }: SourceFile) => placeOf(path).kind === 'test';
  // A flag whose tests fail exists for nobody, which is no error of the flags that lean on it: they are judged without.
  const { snapshot: bare, findings } = load({ files: files.filter((file) => !isTest(file)), nowMs });
  const errors = findings.filter(isError);
  const tests = new Map(files.filter(isTest).map((file) => [keyOf(file.path), file]));
  const ofTests = load({ files, nowMs }).findings.filter(
    (one) => isError(one) && one.code !== 'test-failed' && placeOf(one.path).kind === 'test',
  );
  const flags = files.filter(({ path }) => placeOf(path).kind === 'flag').map((file) => keyOf(file.path));
  const keys = [...new Set([...flags, ...tests.keys()])].sort();
  const tried = keys.map((key) => tryFlag(key, { bare, tests, errors, ofTests, nowMs }));
  return {
    snapshot: bare,
    flags: tried,
    findings: errors.filter(({ path }) => placeOf(path).kind !== 'flag'),
  };
}

interface Bench {
  readonly bare: Snapshot | undefined;
  readonly tests: ReadonlyMap<string, SourceFile>;
  /** Of everything but tests. */
  readonly errors: readonly Finding[];
  readonly ofTests: readonly Finding[];
  readonly nowMs: number;
}

function tryFlag(key: string, { bare, tests, errors, ofTests, nowMs }: Bench): TriedFlag {
  const flag = bare?.flags.get(key);
  const file = tests.get(key);
  const own = errors.filter(({ path }) => placeOf(path).kind === 'flag' && keyOf(path) === key);
  const tried = {
    ...{ key, path: flag?.path ?? own[0]?.path ?? file?.path ?? `${key}.yaml` },
    ...(flag === undefined ? {} : { flag }),
    ...(file === undefined ? {} : { testPath: file.path }),
  };
  const told = ofTests.filter(({ path }) => path === file?.path);
  if (bare === undefined || flag === undefined || file === undefined || own.length > 0)
    return { ...tried, outcomes: [], findings: [...own, ...(own.length === 0 ? told : [])] };
  const bound = boundTests(bare, flag, file);
  if (bound === undefined) return { ...tried, outcomes: [], findings: told };
  return { ...tried, outcomes: flagTestOutcomes(bare, flag, { tests: bound, nowMs }), findings: [] };
}

/** The tests of a flag; undefined where the file has errors of its own, which `load` has put into words. */
function boundTests(bare: Snapshot, flag: Flag, file: SourceFile): FlagTests | undefined {
  const { raw, caseLines } = readDocument(file, 'test');
  if (raw === undefined || folderOf(file.path) !== folderOf(flag.path)) return undefined;
  const bound = bindTests(bare.project, { path: file.path, caseLines, flag }, raw as RawTestFile);
  const pins = bound.tests.cases.flatMap(({ flags }) => [...flags]);
  const isPinKnown = pins.every(([key, variant]) =>
    bare.flags.get(key)?.variants.some(({ name }) => name === variant),
  );
  return bound.problems.length === 0 && isPinKnown ? bound.tests : undefined;
}

function isError({ severity }: Finding): boolean {
  return severity === 'error';
}

function keyOf(path: string): string {
  const place = placeOf(path);
  return place.kind === 'flag' || place.kind === 'test' ? place.key : path;
}
