import { type CommitChange, type CommitStep, stepsOfCommits } from '@guidon/engine/load';
import type { FileVersion } from './file.repository.js';
import type { BlobContent, LoadSummary, Recalled } from './loading/load-messages.js';
import { breathe, inPortions, VERSIONS_AT_ONCE } from './portions.js';

/** Where the past is looked up. */
export interface PastSource {
  /** What single commits did, also within one push and before the store began. */
  commits(): Promise<readonly CommitChange[]>;
  contents(versions: readonly FileVersion[]): Promise<readonly BlobContent[]>;
}

/** Versions read for one revision; what goes beyond is judged as if nobody knew of it. */
const MOST_VERSIONS = 20_000;

/** Brings up what a doubtful judgement needs, and nothing twice. */
export class PastSearch {
  private readonly units = new Set<string>();
  private readonly versions = new Set<string>();
  private steps: ReadonlyMap<string, readonly CommitStep[]> | undefined;

  constructor(private readonly source: PastSource | undefined) {}

  /** Whether a judgement asks for what was not looked for yet. */
  isNews({ doubts, wanted }: Pick<LoadSummary, 'doubts' | 'wanted'>): boolean {
    if (this.source === undefined || this.versions.size >= MOST_VERSIONS) return false;
    return (
      doubts.some((unit) => !this.units.has(unit)) || wanted.some((one) => !this.versions.has(nameOf(one)))
    );
  }

  /** In portions that can be sent in one message. */
  async *find({
    doubts,
    wanted,
  }: Pick<LoadSummary, 'doubts' | 'wanted'>): AsyncGenerator<[readonly Recalled[], readonly BlobContent[]]> {
    if (this.source === undefined) return;
    this.steps ??= stepsOfCommits(await this.source.commits());
    const units = doubts.filter((unit) => !this.units.has(unit));
    for (const unit of units) this.units.add(unit);
    const commits = units.map((unit): Recalled => [unit, this.steps?.get(unit) ?? []]);
    yield [commits, []];
    const touched = commits.flatMap(([, steps]) =>
      steps.flatMap(({ from, to }) => [from ?? [], to ?? []].flat()),
    );
    const missing = [...wanted, ...touched].filter((one) => !this.versions.has(nameOf(one)));
    for (const portion of inPortions(missing.slice(0, MOST_VERSIONS), VERSIONS_AT_ONCE)) {
      for (const one of portion) this.versions.add(nameOf(one));
      yield [[], await this.source.contents(portion)];
      await breathe();
    }
  }
}

function nameOf({ path, blob }: FileVersion): string {
  return `${path}:${blob}`;
}
