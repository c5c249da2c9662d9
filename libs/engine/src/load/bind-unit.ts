import type { Flag, Project } from '../model/index.js';
import type { RawFlag } from '../schema/flag-schema.js';
import type { RawProject } from '../schema/project-schema.js';
import type { RawSegment } from '../schema/segment-schema.js';
import type { RawTestFile } from '../schema/test-schema.js';
import type { Reference } from './binding.js';
import type { LoadedDocument } from './document.js';
import { folderOf } from './file-place.js';
import { bindFlag } from './flag-binder.js';
import type { Problem } from './problem.js';
import { bindProject } from './project-binder.js';
import { bindSegment } from './segment-binder.js';
import { bindTests } from './tests-binder.js';
import { type Unit, type Units, unitId } from './units.js';

/** A document turned into its model, with everything that is wrong with it in itself or against the project. */
export interface BoundUnit {
  readonly model: object | undefined;
  readonly problems: readonly Problem[];
  readonly references: readonly Reference[];
}

/** What is there already when a unit is bound: the project for all but itself, the flag for its tests. */
export interface Surroundings {
  readonly project: Project | undefined;
  readonly flag: Flag | undefined;
  /** The revision has a file for the flag, though it may have been refused. */
  readonly hasFlagFile: boolean;
  readonly units: Pick<Units, 'refused'>;
}

export function bindUnit(unit: Unit, document: LoadedDocument, around: Surroundings): BoundUnit {
  if (unit.kind === 'project') {
    const bound = bindProject(document.raw as RawProject);
    return { model: bound.project, problems: bound.problems, references: bound.references };
  }
  const project = around.project!;
  const file = { key: unit.key, path: unit.path };
  if (unit.kind === 'test') return bindTestUnit(unit, document, around);
  const bound =
    unit.kind === 'segment'
      ? bindSegment(project, file, document.raw as RawSegment)
      : bindFlag(project, file, document.raw as RawFlag);
  const model = 'segment' in bound ? bound.segment : bound.flag;
  return { model, problems: depending(bound.problems, ['project']), references: bound.references };
}

function bindTestUnit(unit: Unit, document: LoadedDocument, around: Surroundings): BoundUnit {
  const { flag } = around;
  // Either an orphan, or its flag is refused and the tests with it.
  if (flag === undefined) {
    const isExplained = around.hasFlagFile || isBesideDuplicate(unit, around);
    return { model: undefined, problems: isExplained ? [] : [orphan(unit)], references: [] };
  }
  const file = { path: unit.path, caseLines: document.caseLines, flag };
  const bound = bindTests(around.project!, file, document.raw as RawTestFile);
  const misplaced = isBesideDuplicate(unit, around) ? besideDuplicate(unit, flag) : orphan(unit);
  const problems =
    folderOf(flag.path) === folderOf(unit.path) ? bound.problems : [...bound.problems, misplaced];
  const needs = [unitId('flag', unit.key), 'project'];
  return { model: bound.tests, problems: depending(problems, needs), references: bound.references };
}

function depending(problems: readonly Problem[], needs: readonly string[]): Problem[] {
  return problems.map((problem) => ({ ...problem, needs }));
}

export function orphan(unit: Unit): Problem {
  const sentence = `There is no flag file ${unit.key}.yaml beside this test file.`;
  return { at: [], code: 'test-without-flag', sentence };
}

/** The flag file beside these tests is there, but refused since another folder has one of this name. */
function isBesideDuplicate(unit: Unit, { units }: Pick<Surroundings, 'units'>): boolean {
  const beside = `${folderOf(unit.path)}${unit.key}.yaml`;
  return units.refused.some(({ path, problem }) => path === beside && problem.code === 'duplicate-key');
}

function besideDuplicate(unit: Unit, flag: Flag): Problem {
  const sentence = `The flag file ${unit.key}.yaml beside this test file is refused: ${flag.path} has the same key.`;
  return { at: [], code: 'test-without-flag', sentence, fix: 'Give one of the two flags another name.' };
}
