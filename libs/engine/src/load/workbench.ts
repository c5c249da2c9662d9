import type { Flag, FlagTests, Position, Project, Segment, Snapshot } from '../model/index.js';
import { FINDING_CODES } from '../schema/index.js';
import { type BoundUnit, bindUnit } from './bind-unit.js';
import type { Reference } from './binding.js';
import { checkFlag } from './check-flag.js';
import { whyNotDeletable } from './deletions.js';
import type { LoadedDocument } from './document.js';
import type { BlobCache } from './document-cache.js';
import {
  referencesOfFlag,
  referencesOfProject,
  referencesOfSegment,
  referencesOfTests,
} from './kept-model.js';
import { keptTestsApart } from './kept-tests.js';
import { whyKeptUnfit } from './live-version.js';
import type { LoadInput } from './load-types.js';
import { positionsByFlag } from './positions-by-flag.js';
import type { Problem, UnitId } from './problem.js';
import { whyReferenceFails } from './references.js';
import type { Settled } from './settled.js';
import { filesOf, type Standing } from './standing.js';
import { type Unit, type Units, unitId } from './units.js';

/**
 * The snapshot in the making. Each unit stands in its new or its previous version; `place` puts a version into the
 * maps and reports what is wrong with it alone, `check` reports what is wrong with it among the others.
 */
export class Workbench {
  project: Project | undefined;
  readonly segments: Map<string, Segment>;
  readonly flags: Map<string, Flag>;
  readonly tests: Map<string, FlagTests>;
  /** Units that stand in their previous version. */
  readonly kept = new Set<UnitId>();
  /** Only where there are any; of those, what a waiver lets pass. */
  readonly warnings: Map<UnitId, readonly Problem[]>;
  readonly waived = new Map<UnitId, readonly Problem[]>();
  private readonly references = new Map<UnitId, readonly Reference[]>();
  private readonly dependents = new Map<UnitId, Set<UnitId>>();
  private readonly positions: ReadonlyMap<string, ReadonlyMap<string, Position>>;

  constructor(
    readonly input: LoadInput,
    readonly units: Units,
    private readonly cache: BlobCache,
    /** What the load of `input.previous` left: then everything but the units touched stands placed and checked. */
    readonly before?: Settled,
  ) {
    const live = before?.snapshot;
    this.project = live?.project;
    this.segments = new Map(live?.segments);
    this.flags = new Map(live?.flags);
    this.tests = new Map(live?.tests);
    this.warnings = new Map(before?.warnings);
    this.positions = positionsByFlag(input.positions ?? []);
    for (const id of units.held) this.kept.add(id);
  }

  document(unit: Unit): LoadedDocument | undefined {
    return unit.file === undefined ? undefined : this.cache.read(unit.file, unit.kind);
  }

  isNew(unit: Unit): boolean {
    return !this.kept.has(unit.id);
  }

  /** Units whose check can come out differently when this one changes. */
  dependentsOf(id: UnitId): ReadonlySet<UnitId> {
    const [own, earlier] = [this.dependents.get(id), this.before?.dependents.get(id)];
    if (own === undefined || earlier === undefined) return own ?? earlier ?? new Set();
    return new Set([...earlier, ...own]);
  }

  referencesOf(id: UnitId): readonly Reference[] {
    return this.references.get(id) ?? this.before?.references.get(id) ?? [];
  }

  /** Puts the unit's version into the maps; returns what is wrong with it in itself. */
  place(unit: Unit): readonly Problem[] {
    this.warnings.delete(unit.id);
    this.waived.delete(unit.id);
    if (this.kept.has(unit.id)) {
      this.placePrevious(unit);
      return [];
    }
    const document = this.document(unit);
    if (document === undefined) {
      this.placeModel(unit, undefined, []);
      return [];
    }
    if (document.raw === undefined) {
      this.placeModel(unit, undefined, []);
      return document.problems;
    }
    const bound = this.bind(unit, document);
    const problems = bound.problems.filter((problem) => FINDING_CODES[problem.code].severity === 'error');
    this.placeModel(unit, problems.length === 0 ? bound.model : undefined, bound.references);
    this.warn(
      unit,
      document.warnings.concat(bound.problems.filter((problem) => !problems.includes(problem))),
    );
    return problems;
  }

  private warn(unit: Unit, warnings: readonly Problem[]): void {
    if (warnings.length > 0) this.warnings.set(unit.id, [...(this.warnings.get(unit.id) ?? []), ...warnings]);
  }

  private bind(unit: Unit, document: LoadedDocument): BoundUnit {
    const { project, units } = this;
    if (unit.kind === 'test') {
      const flag = this.flags.get(unit.key);
      const hasFlagFile = units.byId.get(unitId('flag', unit.key))?.file !== undefined;
      return bindUnit(unit, document, { project, flag, hasFlagFile, units });
    }
    const bind = () => bindUnit(unit, document, { project, flag: undefined, hasFlagFile: false, units });
    return this.cache.boundTo(unit.kind === 'project' ? undefined : project, document, bind);
  }

  private placePrevious(unit: Unit): void {
    const { previous } = this.input;
    const { key } = unit;
    if (unit.kind === 'project')
      this.placeModel(unit, previous?.project, previous ? referencesOfProject(previous.project) : []);
    if (unit.kind === 'segment') {
      const segment = previous?.segments.get(key);
      this.placeModel(unit, segment, segment === undefined ? [] : referencesOfSegment(segment));
    }
    if (unit.kind === 'flag') {
      const flag = previous?.flags.get(key);
      this.placeModel(unit, flag, flag === undefined ? [] : referencesOfFlag(flag));
    }
    if (unit.kind === 'test') {
      const tests = previous?.tests.get(key);
      this.placeModel(unit, tests, tests === undefined ? [] : referencesOfTests(tests));
    }
  }

  private placeModel(unit: Unit, model: object | undefined, references: readonly Reference[]): void {
    if (unit.kind === 'project') this.project = model as Project | undefined;
    else {
      const map = { segment: this.segments, flag: this.flags, test: this.tests }[unit.kind] as Map<
        string,
        object
      >;
      if (model === undefined) map.delete(unit.key);
      else map.set(unit.key, model);
    }
    this.references.set(unit.id, references);
    for (const reference of references) this.depend(unit.id, unitId(reference.to, reference.key));
    if (unit.kind === 'test') this.depend(unit.id, unitId('flag', unit.key));
  }

  private depend(unit: UnitId, on: UnitId): void {
    const dependents = this.dependents.get(on);
    if (dependents === undefined) this.dependents.set(on, new Set([unit]));
    else dependents.add(unit);
  }

  /** What is wrong with a placed unit among the others; also renews its warnings. */
  check(unit: Unit): readonly Problem[] {
    const problems = this.referencesOf(unit.id).flatMap((one) => whyReferenceFails(one, this) ?? []);
    const unfit = this.kept.has(unit.id) ? whyKeptUnfit(this, unit, this.input.previous) : undefined;
    if (unfit !== undefined)
      problems.push({ at: [], code: 'breaks-other-file', sentence: unfit, needs: ['project'] });
    if (unit.kind === 'flag') problems.push(...this.checkFlag(unit));
    if (unit.kind === 'test' && !this.isNew(unit))
      problems.push(...keptTestsApart(unit, this.flags.get(unit.key)));
    return problems;
  }

  private checkFlag(unit: Unit): readonly Problem[] {
    if (!this.isNew(unit)) return [];
    const positions = this.positions.get(unit.key) ?? new Map<string, Position>();
    const { project, input } = this;
    if (unit.file === undefined)
      return [whyNotDeletable({ unit, input, project: project!, positions }) ?? []].flat();
    const flag = this.flags.get(unit.key);
    if (flag === undefined) return [];
    const found = checkFlag({ unit, flag, project: project!, known: this, input, positions });
    this.warn(unit, found.warnings);
    if (found.waived.length > 0) this.waived.set(unit.id, found.waived);
    else this.waived.delete(unit.id);
    return found.problems;
  }

  /** All but the list of files, as it stands; meaningful once nothing fails any more. */
  standing(): Standing | undefined {
    const { project, segments, flags, tests } = this;
    return project === undefined ? undefined : { project, segments, flags, tests };
  }

  snapshot(): Snapshot | undefined {
    const standing = this.standing();
    if (standing === undefined) return undefined;
    const tests = new Map([...this.tests].filter(([key]) => this.flags.has(key)));
    return { ...standing, tests, files: filesOf(this) };
  }
}
